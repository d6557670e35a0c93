"""Finding the servers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

from controller.stack.servers import OVERRIDE, Servers, ServersMissingError, find_servers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.controller.stack.conftest import FakeProgram

GOOD = {"prometheus": "2.53.4", "promtool": "2.53.4", "alertmanager": "0.27.0", "amtool": "0.27.0"}


def _server(name: str, version: str) -> str:
    return f'echo "{name}, version {version} (branch: HEAD, revision: 1)"'


@pytest.mark.stack
def test_the_real_servers_are_found_and_run(servers: Servers) -> None:
    for program in astuple(servers):
        output = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        assert "version" in output.stdout + output.stderr


@pytest.mark.stack
def test_module_prints_where_each_is(servers: Servers) -> None:
    output = subprocess.run(
        [sys.executable, "-m", "controller.stack.servers"], capture_output=True, text=True, check=True
    ).stdout
    assert [line.split() for line in output.splitlines()] == [
        ["prometheus", str(servers.prometheus)],
        ["promtool", str(servers.promtool)],
        ["alertmanager", str(servers.alertmanager)],
        ["amtool", str(servers.amtool)],
    ]


def test_path_is_searched_and_debians_name_accepted(tmp_path: Path, fake_program: FakeProgram) -> None:
    programs = {name: fake_program(name, _server(name, GOOD[name])) for name in ("prometheus", "promtool", "amtool")}
    debian = fake_program("prometheus-alertmanager", _server("alertmanager", "0.25.0"))
    assert find_servers(folder=tmp_path) == Servers(
        programs["prometheus"], programs["promtool"], debian, programs["amtool"]
    )


def test_version_3_is_new_enough(tmp_path: Path, fake_program: FakeProgram) -> None:
    for name in GOOD:
        fake_program(name, _server(name, "3.0.1"))
    assert find_servers(folder=tmp_path, fetch=False).prometheus.name == "prometheus"


def test_an_old_program_on_path_does_not_hide_a_good_one(tmp_path: Path, fake_program: FakeProgram) -> None:
    for name, version in GOOD.items():
        fake_program(name, _server(name, version))
    fake_program("prometheus", _server("prometheus", "2.31.2"))
    unpacked = tmp_path / "servers" / "usr" / "bin"
    unpacked.mkdir(parents=True)
    better = unpacked / "prometheus"
    better.write_text("#!/bin/sh\n" + _server("prometheus", "2.42.0+ds"))
    better.chmod(0o755)
    assert find_servers(folder=tmp_path / "servers", fetch=False).prometheus == better


def test_an_old_program_is_named_when_there_is_no_better(tmp_path: Path, fake_program: FakeProgram) -> None:
    for name, version in GOOD.items():
        fake_program(name, _server(name, version))
    old = fake_program("promtool", _server("promtool", "2.41.0"))
    with pytest.raises(ServersMissingError) as caught:
        find_servers(folder=tmp_path, fetch=False)
    assert "missing: promtool\n" in str(caught.value)
    assert f"passed over {old}: version 2.41 is too old, 2.42 or later is needed" in str(caught.value)


@pytest.mark.parametrize(
    ("script", "words"),
    [("exit 3", "exit code 3"), ("echo hello", "tells no version")],
    ids=["fails", "another program"],
)
def test_a_program_that_tells_no_version_is_named(
    tmp_path: Path, fake_program: FakeProgram, script: str, words: str
) -> None:
    for name, version in GOOD.items():
        fake_program(name, _server(name, version))
    fake_program("amtool", script)
    with pytest.raises(ServersMissingError, match=words):
        find_servers(folder=tmp_path, fetch=False)


def test_a_program_for_another_machine_is_named(tmp_path: Path, fake_program: FakeProgram) -> None:
    for name, version in GOOD.items():
        fake_program(name, _server(name, version))
    fake_program("prometheus", "").write_bytes(b"\x7fELF and then nothing that runs here")
    with pytest.raises(ServersMissingError, match="does not run here"):
        find_servers(folder=tmp_path, fetch=False)


def test_the_override_is_searched_alone(
    tmp_path: Path, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, version in GOOD.items():
        fake_program(name, _server(name, version))
    empty = tmp_path / "empty"
    monkeypatch.setenv(OVERRIDE, str(empty))
    with pytest.raises(ServersMissingError, match=f"{OVERRIDE}={empty} does not hold"):
        find_servers()
    monkeypatch.setenv(OVERRIDE, str(tmp_path / "fakes"))
    monkeypatch.setenv("PATH", str(empty))
    assert find_servers().amtool == tmp_path / "fakes" / "amtool"


def test_without_apt_every_way_is_named(tmp_path: Path, fake_program: FakeProgram) -> None:
    fake_program("prometheus", _server("prometheus", GOOD["prometheus"]))
    with pytest.raises(ServersMissingError) as caught:
        find_servers(folder=tmp_path / "servers")
    message = str(caught.value)
    assert "missing: promtool, alertmanager, amtool" in message
    assert "apt-get is not on PATH" in message
    for way in ("apt-get install prometheus prometheus-alertmanager", "https://prometheus.io/download/", OVERRIDE):
        assert way in message
    assert caught.value.exit_code == 3


def test_apts_own_words_are_kept(tmp_path: Path, fake_program: FakeProgram) -> None:
    fake_program("apt-get", "echo 'E: Temporary failure resolving' >&2; exit 100")
    fake_program("dpkg", "exit 0")
    with pytest.raises(ServersMissingError, match="E: Temporary failure resolving"):
        find_servers(folder=tmp_path / "servers")


def test_nothing_is_fetched_when_that_is_not_allowed(tmp_path: Path, fake_program: FakeProgram) -> None:
    fake_program("apt-get", f"touch {tmp_path}/called; exit 100")
    fake_program("dpkg", "exit 0")
    with pytest.raises(ServersMissingError):
        find_servers(folder=tmp_path / "servers", fetch=False)
    assert not (tmp_path / "called").exists()


def test_what_was_fetched_is_found(tmp_path: Path, fake_program: FakeProgram) -> None:
    fake_program("apt-get", "touch both.deb")
    lines = "\n".join(
        f"printf '#!/bin/sh\\n%s\\n' '{_server(name, version)}' > $3/usr/bin/{name}" for name, version in GOOD.items()
    )
    fake_program("dpkg", f"mkdir -p $3/usr/bin\n{lines}\nchmod +x $3/usr/bin/*")
    assert find_servers(folder=tmp_path / "servers").promtool == tmp_path / "servers" / "usr" / "bin" / "promtool"
