"""`vvtvctl controller run`: the sidecar, as a process."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

from controller.journal.store import Journal
from tests.controller.cli.terminal import VVTVCTL, Terminal
from tests.controller.running import place, quick, running, wait_for


def _arguments(terminal: Terminal) -> tuple[str, ...]:
    where = place(terminal.state)
    files = ("--config", str(terminal.config), "--state", str(where.state), "--parameters", str(where.parameters))
    return ("controller", "run", *files)


def test_it_runs_until_it_is_told_to_stop(terminal: Terminal, tmp_path: Path) -> None:
    log, where = tmp_path / "log", place(terminal.state)
    with log.open("w") as out:
        child = subprocess.Popen((VVTVCTL, *_arguments(terminal), "--port", "0"), stdout=out, stderr=out)
    try:
        wait_for(lambda: "listening on http://127.0.0.1:" in log.read_text())
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=10) == 0
    finally:
        child.kill()
        child.wait()
    assert log.read_text().splitlines()[-1].endswith("Z stopped".replace("Z", "+00:00"))
    with Journal(where.journal, "reader") as journal:
        assert journal.read()[-1].payload.kind == "controller_stopped"


def test_a_port_in_use_is_one_message(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = terminal.run(*_arguments(terminal), "--port", port)
    assert result.code == 3
    assert result.error().startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert result.error().endswith("choose another port with --port")


def test_a_port_that_is_none_is_a_usage_error(terminal: Terminal) -> None:
    assert terminal.run(*_arguments(terminal), "--port", "70000").code == 2


def test_a_second_one_is_refused(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)):
        result = terminal.run(*_arguments(terminal), "--port", "0")
    assert result.code == 4
    assert "give this one a state folder of its own" in result.error()
