"""Ends a process in good order when it is told to, in bounded time, and at once when it is told twice."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

from controller.log import Entry, Log

PATIENCE = 20.0  # seconds that the step under way gets to end
CUT_SHORT = 1  # exit code of a process that did not end in good order


class Stopper:
    """What a signal to stop does.

    Args:
        stop: is set by the first one; whoever steps looks at it between two steps.
        log: hears why a process ended before its step did.
        patience: seconds until the process ends all the same. The journal is whole at any moment: the next start goes
            on where this one ended, and takes the lease of a process that is dead.
    """

    def __init__(self, stop: threading.Event, log: Log, patience: float = PATIENCE) -> None:
        self._stop = stop
        self._log = log
        self._patience = patience

    def told(self) -> None:
        """Stop after the step under way; told again, stop now."""
        if self._stop.is_set():
            self._end("told to stop a second time: ended in the middle of a step")
        self._stop.set()
        timer = threading.Timer(self._patience, self._late)
        timer.daemon = True
        timer.start()

    def _late(self) -> None:
        self._end(f"the step under way did not end within {self._patience:g} s: ended in the middle of it")

    def _end(self, why: str) -> None:
        self._log(Entry(f"{why}; the next start goes on from there", "warning", "cut_short"))
        with contextlib.suppress(OSError):  # a full disk keeps nobody from ending
            sys.stdout.flush()
        os._exit(CUT_SHORT)
