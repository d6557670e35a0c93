"""How far a run of golden cases is."""

from __future__ import annotations

import time
from typing import Self

from rich.progress import Progress

from controller.cli import tables

SOON = 0.5  # seconds without a progress bar


class Bar:
    """A progress bar on a terminal; nothing elsewhere, and nothing for runs that are over before one could look."""

    def __init__(self) -> None:
        self._bar = Progress(console=tables.console(stderr=True), transient=True)
        self._task = self._bar.add_task("golden cases", total=None)
        self._began = 0.0

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        if self._bar.console.is_terminal and time.monotonic() - self._began > SOON:
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)
