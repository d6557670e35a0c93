"""The wall clock, and whether it can be trusted: the only place where the time is read."""

from __future__ import annotations

import time

JUMP = 5.0  # seconds that wall and monotonic clock may drift apart between two looks at them


class Clock:
    """Unix time, with a watch on jumps."""

    def __init__(self) -> None:
        self._offset = self._difference()

    def _difference(self) -> float:
        return self.now() - time.monotonic()

    def now(self) -> float:
        """Return unix seconds."""
        return time.time()  # noqa: TID251 - this is the wall clock's place

    def jumped(self) -> float:
        """Return by how many seconds the wall clock jumped since the last call; 0.0 when it did not."""
        difference = self._difference()
        jump = difference - self._offset
        self._offset = difference
        return jump if abs(jump) > JUMP else 0.0
