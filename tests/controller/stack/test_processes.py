"""Starting, watching and stopping one process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from controller.errors import StorageError
from controller.stack import proc
from controller.stack.plan import ProcessSpec
from controller.stack.ports import free_endpoints
from controller.stack.processes import Process, StartError, start_attached, start_detached, stop, wait_healthy
from tests.controller.running import wait_for
from tests.controller.stack.standin import gone, good, ill, python, stubborn

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def port() -> int:
    """Return a free port."""
    return free_endpoints().llm


@contextmanager
def _attached(spec: ProcessSpec, logs: Path) -> Iterator[Process]:
    process, child = start_attached(spec, logs)
    try:
        yield process
    finally:
        child.kill()
        child.wait()


def test_a_detached_process_is_no_child_of_ours_and_stops(tmp_path: Path, port: int) -> None:
    process = start_detached(good("llm", port), tmp_path)
    try:
        wait_healthy(process)
        status = (proc.PROC / str(process.pid) / "status").read_text()
        assert f"PPid:\t{os.getpid()}\n" not in status
        assert os.getsid(process.pid) != os.getsid(0)
        assert process.log == tmp_path / "llm.log"
        assert process.log.read_text().startswith("hello\n")
    finally:
        how = stop(process)
    assert how == "stopped"
    assert not process.alive()
    assert stop(process) == "not running"


def test_a_process_that_ends_at_once_shows_its_last_words(tmp_path: Path, port: int) -> None:
    code = "for number in range(100): print('line', number)\nraise SystemExit('the file is missing')"
    with _attached(python("service", port, code), tmp_path) as process, pytest.raises(StartError) as caught:
        wait_healthy(process)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"service ended before it was ready. The end of its log {tmp_path}/service.log:"
    assert "  line 99" in lines
    assert "  the file is missing" in lines
    assert "  line 50" not in lines


def test_a_process_that_is_not_ready_in_time_shows_its_log(tmp_path: Path, port: int) -> None:
    with _attached(ill("prometheus", port), tmp_path) as process:
        wait_for(lambda: "still loading" in process.log.read_text())
        with pytest.raises(StartError) as caught:
            wait_healthy(process, deadline=0.5)
    message = str(caught.value)
    assert f"prometheus did not answer http://127.0.0.1:{port}/healthz within 0.5 s" in message
    assert "  still loading" in message
    assert str(tmp_path / "prometheus.log") in message


def test_a_silent_process_is_said_to_be_silent(tmp_path: Path, port: int) -> None:
    with _attached(python("llm", port, "pass"), tmp_path) as process, pytest.raises(StartError) as caught:
        wait_healthy(process)
    assert f"It wrote nothing to its log {tmp_path}/llm.log." in str(caught.value)


def test_only_the_words_of_this_start_are_shown(tmp_path: Path, port: int) -> None:
    log = tmp_path / "llm.log"
    log.write_text("an older failure\n")
    with (
        _attached(python("llm", port, "print('a newer failure')"), tmp_path) as process,
        pytest.raises(StartError) as caught,
    ):
        wait_healthy(process)
    assert "a newer failure" in str(caught.value)
    assert "an older failure" not in str(caught.value)
    assert log.read_text() == "an older failure\na newer failure\n"


@pytest.mark.parametrize("detached", [True, False], ids=["detached", "attached"])
def test_a_program_that_is_missing_is_named(tmp_path: Path, port: int, *, detached: bool) -> None:
    spec = ProcessSpec("prometheus", ("/nowhere/prometheus",), (), port, "/-/ready")
    if detached:
        process = start_detached(spec, tmp_path)
        with pytest.raises(StartError, match=r"cannot run /nowhere/prometheus: .*No such file"):
            wait_healthy(process)
    else:
        with _attached(spec, tmp_path) as process, pytest.raises(StartError, match="cannot run /nowhere/prometheus"):
            wait_healthy(process)


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path, port: int) -> None:
    process = start_detached(stubborn("llm", port), tmp_path)
    wait_healthy(process)
    assert stop(process, patience=0.3) == "killed"
    assert not process.alive()


def test_a_stranger_with_a_recycled_pid_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        theirs = proc.identity(stranger.pid)
        assert theirs is not None
        ours = Process("llm", stranger.pid, theirs + "0", 1, "/healthz", Path("llm.log"))
        assert not ours.alive()
        assert stop(ours) == "not running"
        time.sleep(0.05)
        assert stranger.poll() is None
        assert replace(ours, identity=theirs).alive()
        stranger.kill()


def test_an_unwritable_log_folder_is_named(port: int) -> None:
    with pytest.raises(StorageError, match=r"cannot write the log of llm: .*/proc/nope"):
        start_attached(good("llm", port), Path("/proc/nope"))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_an_attached_process_dies_with_its_parent(tmp_path: Path, port: int, number: signal.Signals) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.controller.stack.standin import stubborn; "
        "from controller.stack.processes import start_attached, wait_healthy; "
        f"process, child = start_attached(stubborn('llm', {port}), Path({str(tmp_path)!r})); wait_healthy(process); "
        "print(process.pid, process.identity, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, identity = parent.stdout.readline().split()
        child = Process("llm", int(pid), identity, port, "/healthz", tmp_path / "llm.log")
        assert child.healthy()
        parent.send_signal(number)
    assert gone(child)


def test_a_parent_that_is_gone_already_is_noticed(tmp_path: Path) -> None:
    launch = Path(proc.__file__).with_name("launch.py")
    witness = tmp_path / "witness"
    done = subprocess.run(
        [sys.executable, launch, "attached", "1", "/usr/bin/touch", witness],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "the parent is gone\n"
    assert not witness.exists()
