"""Where a controller keeps what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

JOURNAL = "journal.db"
HISTORY = "history"


@dataclass(frozen=True)
class Place:
    """Where a controller keeps what it knows.

    Attributes:
        state: its state folder: the journal and the history.
        parameters: the live parameter file.
    """

    state: Path
    parameters: Path

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.state / JOURNAL

    @property
    def history(self) -> Path:
        """The folder of versions."""
        return self.state / HISTORY
