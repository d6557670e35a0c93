"""`vvtvctl controller run`: the sidecar, as a process."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.adapters.clock import Clock
from controller.journal import event as ev
from controller.journal.store import Journal
from tests.controller.cli.terminal import VVTVCTL, Terminal
from tests.controller.running import place, quick, running, strict_json, wait_for


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
        assert child.wait(timeout=60) == 0
    finally:
        child.kill()
        child.wait()
    assert log.read_text().splitlines()[-1].endswith("Z stopped".replace("Z", "+00:00"))
    with Journal(where.journal, "reader") as journal:
        assert journal.read()[-1].payload.kind == "controller_stopped"


def test_a_disk_too_full_for_its_log_does_not_end_it(terminal: Terminal) -> None:
    where = place(terminal.state)
    with Path("/dev/full").open("w") as out:
        child = subprocess.Popen((VVTVCTL, *_arguments(terminal), "--port", "0"), stdout=out, stderr=subprocess.PIPE)
    try:
        wait_for(where.parameters.is_file)
        with Journal(where.journal, "ann") as journal:
            journal.submit(ev.CycleRequested(), at=Clock().now(), actor="ann")
            wait_for(lambda: any(isinstance(event.payload, ev.CycleStarted) for event in journal.read()))
            child.send_signal(signal.SIGTERM)
            _, said = child.communicate(timeout=60)
            assert journal.read()[-1].payload.kind == "controller_stopped"
    finally:
        child.kill()
        child.wait()
    assert b"Traceback" not in said


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


@contextmanager
def _controller(terminal: Terminal, folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a controller as a process of its own until the block ends; yield it and its log."""
    log = folder / "log"
    with log.open("w") as out:
        child = subprocess.Popen((VVTVCTL, *_arguments(terminal), "--port", "0", *more), stdout=out, stderr=out)
    try:
        wait_for(lambda: "listening on http://127.0.0.1:" in log.read_text())
        yield child, log
    finally:
        child.kill()
        child.wait()


def test_sighup_makes_it_read_its_configuration_again_whether_that_is_right_or_wrong(
    terminal: Terminal, tmp_path: Path
) -> None:
    with _controller(terminal, tmp_path, "--log-format", "json") as (child, log):
        good = terminal.config.read_text()
        terminal.config.write_text(good.replace("window: 10", "window: 11"))
        child.send_signal(signal.SIGHUP)
        wait_for(lambda: "configuration read again: measure.window: 10 -> 11" in log.read_text())
        terminal.config.write_text(good.replace("window: 10", "window: soon"))
        child.send_signal(signal.SIGHUP)
        wait_for(lambda: "reload refused" in log.read_text())
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 0
    lines = [strict_json(line) for line in log.read_text().splitlines()]
    assert all(list(line) == ["time", "level", "event", "cycle", "phase", "text"] for line in lines)
    (refused,) = [line for line in lines if line["event"] == "reload_refused"]
    assert refused["level"] == "error"
    assert "measure.window: 'soon' is not a duration" in refused["text"]
    assert [line["event"] for line in lines][-1] == "stopped"


def test_a_second_signal_ends_it_in_the_middle_of_a_step_and_the_next_start_goes_on(
    terminal: Terminal, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # a Prometheus that never answers
        text = terminal.config.read_text()
        hangs = text.replace("http://127.0.0.1:1", f"http://127.0.0.1:{silent.getsockname()[1]}")
        terminal.config.write_text(hangs.replace("timeout: 1", "timeout: 60"))
        with _controller(terminal, tmp_path) as (child, log):
            where = place(terminal.state)
            with Journal(where.journal, "ann") as journal:
                journal.submit(ev.CycleRequested(), at=Clock().now(), actor="ann")
            silent.settimeout(60)
            connection, _ = silent.accept()
            with connection:
                child.send_signal(signal.SIGTERM)
                with pytest.raises(subprocess.TimeoutExpired):
                    child.wait(timeout=0.3)
                child.send_signal(signal.SIGTERM)
                assert child.wait(timeout=60) == 1
        last = log.read_text().splitlines()[-1]
        assert last.endswith(
            "warning: told to stop a second time: ended in the middle of a step; the next start goes on from there"
        )
    terminal.config.write_text(text)
    with running(quick(), where) as found:
        wait_for(lambda: found.process.autopilot.state.outcomes)
        assert found.process.autopilot.state.cycles == 1
