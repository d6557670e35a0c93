"""Fetching the servers, with apt-get and dpkg played by shell scripts."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from controller.stack.fetch import FetchError, fetch_servers

if TYPE_CHECKING:
    from tests.controller.stack.conftest import FakeProgram

UNPACK = "mkdir -p $3/usr/bin; echo unpacked > $3/usr/bin/prometheus"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """Return package lists that are there."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "mirror_main_binary-amd64_Packages.lz4").touch()
    return folder


def _remains(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name != "lock")


def test_a_failed_download_leaves_nothing(tmp_path: Path, fake_program: FakeProgram, lists: Path) -> None:
    fake_program("apt-get", "touch half.deb; echo 'E: no network' >&2; exit 100")
    fake_program("dpkg", UNPACK)
    folder = tmp_path / "servers"
    with pytest.raises(FetchError, match=r"`apt-get download` failed with exit code 100: E: no network$"):
        fetch_servers(folder, lists=lists)
    assert _remains(folder) == []


def test_a_failed_unpacking_leaves_nothing(tmp_path: Path, fake_program: FakeProgram, lists: Path) -> None:
    fake_program("apt-get", "touch one.deb two.deb")
    fake_program("dpkg", f"case $2 in *two.deb) echo 'no space left' >&2; exit 2;; esac; {UNPACK}")
    folder = tmp_path / "servers"
    with pytest.raises(FetchError, match="no space left"):
        fetch_servers(folder, lists=lists)
    assert _remains(folder) == []


def test_an_interrupted_fetch_leaves_no_server_and_the_next_one_sweeps_up(
    tmp_path: Path, fake_program: FakeProgram, lists: Path
) -> None:
    fake_program("apt-get", f"touch one.deb; touch {tmp_path}/begun; exec sleep 10")
    fake_program("dpkg", UNPACK)
    folder = tmp_path / "servers"
    code = (
        "from pathlib import Path; from controller.stack.fetch import fetch_servers; "
        f"fetch_servers(Path({str(folder)!r}), lists=Path({str(lists)!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        until = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert [name[:7] for name in _remains(folder)] == [".fetch-"]
    fake_program("apt-get", "touch one.deb")
    fetch_servers(folder, lists=lists)
    assert _remains(folder) == ["usr"]


def test_two_at_once_fetch_once(tmp_path: Path, fake_program: FakeProgram, lists: Path) -> None:
    fake_program("apt-get", f"touch one.deb; echo once >> {tmp_path}/calls; sleep 0.5")
    fake_program("dpkg", UNPACK)
    folder = tmp_path / "servers"
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(fetch_servers, folder, lists=lists) for _ in range(2)]:
            done.result()
    assert (tmp_path / "calls").read_text() == "once\n"
    assert (folder / "usr" / "bin" / "prometheus").read_text() == "unpacked\n"


def test_what_was_there_is_replaced_as_a_whole(tmp_path: Path, fake_program: FakeProgram, lists: Path) -> None:
    old = tmp_path / "servers" / "usr" / "bin"
    old.mkdir(parents=True)
    (old / "leftover").touch()
    fake_program("apt-get", "touch one.deb")
    fake_program("dpkg", UNPACK)
    fetch_servers(tmp_path / "servers", lists=lists)
    assert [entry.name for entry in old.iterdir()] == ["prometheus"]


@pytest.mark.parametrize(("uid", "calls"), [(0, "update\ndownload\n"), (1000, "download\n")], ids=["root", "user"])
def test_lists_are_updated_only_by_root(
    tmp_path: Path, fake_program: FakeProgram, monkeypatch: pytest.MonkeyPatch, uid: int, calls: str
) -> None:
    fake_program("apt-get", f"echo $1 >> {tmp_path}/calls; [ $1 = update ] || exit 100")
    fake_program("dpkg", UNPACK)
    monkeypatch.setattr("controller.stack.fetch.os.geteuid", lambda: uid)
    with pytest.raises(FetchError, match="package lists are missing; as root: apt-get update"):
        fetch_servers(tmp_path / "servers", lists=tmp_path / "no-lists")
    assert (tmp_path / "calls").read_text() == calls


def test_lists_that_are_there_are_not_updated(tmp_path: Path, fake_program: FakeProgram, lists: Path) -> None:
    fake_program("apt-get", f"echo $1 >> {tmp_path}/calls; touch one.deb")
    fake_program("dpkg", UNPACK)
    fetch_servers(tmp_path / "servers", lists=lists)
    assert (tmp_path / "calls").read_text() == "download\n"


def test_a_read_only_checkout_is_named(fake_program: FakeProgram, lists: Path) -> None:
    fake_program("apt-get", "exit 0")
    fake_program("dpkg", "exit 0")
    with pytest.raises(FetchError, match="cannot write /proc/nope"):
        fetch_servers(Path("/proc/nope"), lists=lists)
