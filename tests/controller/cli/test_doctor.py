"""`vvtvctl doctor` and `vvtvctl init` where there is no Prometheus; with one, see tests/controller/setup."""

from __future__ import annotations

import shlex
from pathlib import Path

from controller.cli.controller import run
from controller.setup.checks import CHECKS
from tests.controller.cli.terminal import Terminal


def test_without_prometheus_everything_else_is_still_looked_at(terminal: Terminal) -> None:
    result = terminal.run("doctor", *terminal.place, "--json")
    assert result.code == 3
    found = {one["check"]: one["mark"] for one in result.json()["checks"]}
    assert set(found) == {check.name for check in CHECKS}
    assert found["connection"] == "fail"
    assert {found[check.name] for check in CHECKS[1:] if check.asks_prometheus} == {"skipped"}
    assert (found["disk"], found["files"]) == ("ok", "ok")


def test_the_command_that_it_names_to_start_a_controller_is_one(terminal: Terminal) -> None:
    last = terminal.run("doctor", *terminal.place).out.splitlines()[-1]
    words = shlex.split(last.removeprefix("to start a controller: "))
    assert words[:3] == ["vvtvctl", "controller", "run"]
    given = run.make_context("run", words[3:]).params
    assert (given["config"], given["state"]) == (terminal.config, terminal.state / "controller")
    assert given["parameters"] == terminal.state / "parameters" / "live.json"


def test_it_changes_nothing(terminal: Terminal) -> None:
    terminal.run("doctor", *terminal.place)
    assert not terminal.state.exists()


def test_a_wrong_time_is_told(terminal: Terminal) -> None:
    found = terminal.run("doctor", "--timeout", "soon", *terminal.place)
    assert (found.code, "--timeout 'soon'" in found.error()) == (2, True)


def test_init_needs_a_prometheus_that_answers(terminal: Terminal, tmp_path: Path) -> None:
    output = tmp_path / "first.yaml"
    found = terminal.run("init", "--prometheus", "http://127.0.0.1:1", "--output", str(output))
    assert (found.code, "cannot connect" in found.error(), output.exists()) == (3, True, False)


def test_what_is_no_address_is_told(terminal: Terminal, tmp_path: Path) -> None:
    found = terminal.run("init", "--prometheus", "prometheus:9090", "--output", str(tmp_path / "first.yaml"))
    assert (found.code, "http://" in found.error()) == (2, True)
