"""The end of what a program writes to stderr, for messages."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import IO

_TAIL = 2000  # bytes of stderr that a message may hold


class Tail:
    """The end of what a program writes to stderr, read on a thread of its own so that the program never blocks."""

    def __init__(self, pipe: IO[bytes] | None = None) -> None:
        self._kept = b""
        self._thread = None if pipe is None else threading.Thread(target=self._read, args=(pipe,), daemon=True)
        if self._thread is not None:
            self._thread.start()

    def _read(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                self._kept = (self._kept + chunk)[-_TAIL:]

    def finish(self) -> None:
        """Wait a moment for what is still on its way; a stranger that inherited the pipe is not waited for."""
        if self._thread is not None:
            self._thread.join(0.5)

    def text(self) -> str:
        """Return the last lines for a message, empty when there are none."""
        lines = self._kept.decode(errors="replace").strip().splitlines()
        return f"; its stderr ends: {' | '.join(line.strip() for line in lines[-4:])}" if lines else ""
