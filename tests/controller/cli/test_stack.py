"""`up`, `down` and `status` on the command line, with stand-ins for the parts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from controller.cli import stack
from controller.errors import AutopilotError, ConfigError, StorageError, UnavailableError
from controller.stack import native
from controller.stack.layout import Layout
from controller.stack.plan import PARTS
from controller.stack.ports import free_endpoints
from controller.stack.servers import Servers
from tests.controller.stack.standin import crash, good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from controller.stack.plan import ProcessSpec
    from exporter.endpoints import Endpoints

GROUP = click.Group("vvtvctl", commands=list(stack.COMMANDS))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a state folder whose stack is stopped after the test."""

    def plan(endpoints: Endpoints, *_: object) -> tuple[ProcessSpec, ...]:
        return tuple(good(part, getattr(endpoints, part)) for part in PARTS)

    monkeypatch.setattr(native, "plan", plan)
    monkeypatch.setattr(native, "write_files", lambda *_, **__: None)
    monkeypatch.setattr(stack, "find_servers", lambda: Servers(Path("p"), Path("pt"), Path("a"), Path("at")))
    folder = tmp_path / "state"
    yield folder
    _run("down", "--state", str(folder))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(GROUP, arguments)


def _error(result: Result) -> AutopilotError:
    assert isinstance(result.exception, AutopilotError)
    return result.exception


def _rows(output: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(output)}


def test_up_status_down(state: Path) -> None:
    result = _run("up", "--state", str(state), "--ports", "free")
    assert result.exit_code == 0, result.output
    assert f"started: {', '.join(PARTS)}\n" in result.output
    again = _run("up", "--state", str(state))
    assert again.exit_code == 0
    assert "already running" in again.output
    assert f"to stop: vvtvctl down --state {state}\n" in again.output
    shown = _run("status", "--state", str(state))
    assert shown.exit_code == 0
    rows = _rows(_run("status", "--state", str(state), "--json").output)
    assert tuple(rows) == PARTS
    for row in rows.values():
        assert row["state"] == "healthy"
        assert row["log"] == str(state / "logs" / f"{row['name']}.log")
        line = next(line for line in shown.output.splitlines() if line.startswith(row["name"]))
        for value in ("healthy", f"http://127.0.0.1:{row['port']}", str(row["pid"]), f"{row['name']}.log"):
            assert value in line
    ended = _run("down", "--state", str(state), "--json")
    assert json.loads(ended.output) == dict.fromkeys(PARTS, "stopped")
    assert _run("down", "--state", str(state)).output == f"nothing was started in {state}\n"


def test_ports_are_given_one_by_one(state: Path) -> None:
    endpoints = free_endpoints()
    given = [text for part in PARTS for text in (f"--{part}-port", str(getattr(endpoints, part)))]
    rows = _rows(_run("up", "--state", str(state), *given, "--json").output)
    assert {name: row["port"] for name, row in rows.items()} == {part: getattr(endpoints, part) for part in PARTS}


def test_a_part_that_died_is_named(state: Path) -> None:
    _run("up", "--state", str(state), "--ports", "free")
    crash(native.status(Layout(state))[PARTS.index("prometheus")])
    result = _run("status", "--state", str(state), "--json")
    assert _rows(result.output)["prometheus"]["state"] == "dead"
    error = _error(result)
    assert error.exit_code == 3
    assert str(error).startswith("not healthy: prometheus (dead)\n")
    assert f"{state / 'logs' / 'prometheus.log'}:\n  hello" in str(error)
    assert str(error).endswith(f"To start what is dead: vvtvctl up --state {state}")
    assert "started: prometheus\n" in _run("up", "--state", str(state)).output


def test_status_of_a_stack_that_was_never_started(tmp_path: Path) -> None:
    result = _run("status", "--state", str(tmp_path / "never"))
    assert isinstance(_error(result), UnavailableError)
    assert str(result.exception).endswith(f"start one with vvtvctl up --state {tmp_path / 'never'}")
    assert not (tmp_path / "never").exists()
    assert _run("down", "--state", str(tmp_path / "never")).exit_code == 0


def test_a_controller_without_a_stack_has_a_status_of_its_own(state: Path) -> None:
    (state / "controller").mkdir(parents=True)
    (state / "controller" / "journal.db").touch()
    error = _error(_run("status", "--state", str(state)))
    assert isinstance(error, UnavailableError)
    assert f"(what its journal says: vvtvctl autopilot status --state {state}); start one with" in str(error)


def test_a_state_folder_that_cannot_be_written_is_named(state: Path) -> None:
    del state
    error = _error(_run("up", "--state", "/proc/nope"))
    assert isinstance(error, StorageError)
    assert "cannot create /proc/nope" in str(error)


def test_a_mistake_in_the_configuration_is_reported_where_it_was_made(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "autopilot.yaml").write_text("service: [")
    monkeypatch.setattr(stack, "checkout", lambda: tmp_path)
    error = _error(_run("up", "--state", str(state), "--ports", "free"))
    assert isinstance(error, ConfigError)
    assert str(tmp_path / "autopilot.yaml") in str(error)
    assert not state.exists()


@pytest.mark.parametrize("port", ["0", "65536", "many"])
def test_an_impossible_port_is_a_usage_error(port: str) -> None:
    result = _run("up", "--prometheus-port", port)
    assert result.exit_code == 2
    assert "--prometheus-port" in result.output
