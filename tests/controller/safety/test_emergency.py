"""An emergency pause, with real processes: effective within a second, whatever the controller does, until `resume`.

Each case begins with a canary that runs: a reader of the live file (`exporter.live_file`) sees other values in the
canary arm. Then the pause is asked for, by command or at the desk, while a real controller process is at rest between
two looks, waits for a slow Prometheus, is stopped by SIGSTOP, or is dead. These are all the states of a controller that
its operator can tell apart; `test_two_controllers` stops it at each of its side effects. Of a reader that looks all the
time, no look that begins after the answer came may see others than equal arms.
"""

from __future__ import annotations

import json
import math
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from controller.adapters.clock import Clock
from controller.desk.desk import Desk
from controller.journal import event as ev
from exporter.live_file import LiveFile
from tests.controller.adapters.server import Reply, Server, failure, serving
from tests.controller.running import IDLE, running, wait_for
from tests.controller.safety.stack import VVTVCTL, Stack, controller_process, stop

DOWN = failure(503, "unavailable", "down")
SLOW = Reply(b"{}", pause=3.0)
WITHIN = 1.0  # seconds


def _uniform(reader: LiveFile) -> bool:
    now = Clock().now()
    reader.refresh(now)
    return reader.values("canary", now) == reader.values("control", now)


class Watch:
    """Looks at the live file as a service does, all the time; remembers when a look began that saw other values."""

    def __init__(self, stack: Stack) -> None:
        self.looks = 0
        self.unequal_at = -math.inf
        self._reader = stack.reader()
        self._over = threading.Event()
        assert not _uniform(self._reader)
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop looking, whatever happened."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            began = time.monotonic()
            if not _uniform(self._reader):
                self.unequal_at = began
            self.looks += 1

    def look_on(self) -> None:
        """Wait for some more looks."""
        enough = self.looks + 3
        wait_for(lambda: self.looks >= enough)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["at rest", "busy", "stopped", "dead"])
def test_an_emergency_pause_is_effective_within_a_second_and_survives_a_restart(tmp_path: Path, state: str) -> None:
    with serving(*([SLOW] if state == "busy" else []), DOWN) as server:
        stack = Stack(tmp_path, f"http://127.0.0.1:{server.port}")
        with _controller(stack, state, server) as wake, Watch(stack) as watch:
            by_desk, asked = state in ("busy", "dead"), time.monotonic()
            (_by_desk if by_desk else _by_command)(stack)
            told = time.monotonic()
            wake()
            watch.look_on()
            assert watch.unequal_at < told
            assert not by_desk or watch.unequal_at < asked + WITHIN  # a command first has to load what it needs
        if state in ("stopped", "dead"):
            _nothing_runs_until_it_is_resumed(stack)
        stack.close()


@contextmanager
def _controller(stack: Stack, state: str, server: Server) -> Iterator[Callable[[], None]]:
    """Bring a controller into a state; hand out what lets it go on until it has seen the emergency."""
    if state == "dead":
        yield lambda: None
        return
    with controller_process(stack) as child:
        wait_for(lambda: server.requests)
        if state == "stopped":
            stop(child, stack.path)

        def wake() -> None:
            child.send_signal(signal.SIGCONT)
            wait_for(lambda: stack.state().cycle is None)

        yield wake


def _by_desk(stack: Stack) -> None:
    stopped = Desk(stack.config, stack.place, Clock(), "ann").emergency_pause("all stop")
    assert stopped.error is None


def _by_command(stack: Stack) -> None:
    command = (*VVTVCTL, "autopilot", "emergency-pause", *stack.arguments, "--reason", "all stop", "--json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["effective_seconds"] < WITHIN


def _nothing_runs_until_it_is_resumed(stack: Stack) -> None:
    """Restart the controller, ask for a cycle, and see that it waits for `resume`."""
    stack.submit(ev.CycleRequested(reason="while it is stopped"))
    desk = Desk(stack.config, stack.place, Clock(), "ann")
    with running(stack.config, stack.place) as found:
        wait_for(lambda: found.process.autopilot.state.seq == len(stack.read()))
        threading.Event().wait(5 * IDLE)  # longer than a controller that has nothing to do sleeps
        state = stack.state()
        assert state.emergency
        assert state.cycles == 1
        assert state.cycle is None
        assert _uniform(stack.reader())
        desk.resume("it was a false alarm")
        stack.submit(ev.CycleRequested(reason="again"))
        wait_for(lambda: stack.state().cycles == 2)
