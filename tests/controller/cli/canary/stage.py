"""A stack folder whose journal holds a canary, and vvtvctl at a terminal that is one."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from controller.autopilot import Autopilot
from controller.journal.event import CanaryLooked
from tests.controller.cli.terminal import VVTVCTL, Terminal
from tests.controller.running import place
from tests.controller.world import NONE, World

FOREVER = 1e10  # seconds: a canary that waits until then, or whose lease ends then, still does by the real clock
PATIENCE = 60.0
SETTLED = 0.3  # seconds after a text was shown until the program waits for what is typed


@contextmanager
def canary(terminal: Terminal, *, waiting: bool = False) -> Iterator[tuple[World, Autopilot]]:
    """Yield a world whose journal is the stack's, with a canary that was looked at twice, or waits for a word."""
    where = place(terminal.state)
    where.state.mkdir(parents=True)
    world = World(where.state, canary={"ask_when_inconclusive": FOREVER, "lease": FOREVER})
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=11)
    if waiting:
        world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.awaiting_until))
    assert world.events(CanaryLooked)
    try:
        yield world, autopilot
    finally:
        world.close()


def at_terminal(*arguments: str, typed: str = "", interrupt_at: str = "", columns: int = 80) -> tuple[int, str]:
    """Run vvtvctl on a pseudo-terminal; return its exit code and all that it showed.

    Args:
        arguments: of vvtvctl.
        typed: what is typed at once.
        interrupt_at: text at which Ctrl-C is pressed, once it has been shown.
        columns: width of the terminal.
    """
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "LINES": "60", "TERM": "xterm-256color"}
    child = subprocess.Popen(
        (VVTVCTL, *arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    try:
        while select.select([ours], [], [], PATIENCE)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if interrupt_at and interrupt_at.encode() in shown:
                interrupt_at = ""
                threading.Timer(SETTLED, child.send_signal, (signal.SIGINT,)).start()
        return child.wait(PATIENCE), shown.decode()
    finally:
        child.kill()
        child.wait()
        os.close(ours)
