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

    @property
    def one_too_deep(self) -> str:
        """What to say where the folder above `state` is itself a controller's; "" where it is not.

        A controller is told its own folder, whoever looks after it the folder that holds it: one is easily given for
        the other.
        """
        given, wanted = self.state.parent, self.state.name
        if not (given / JOURNAL).exists():
            return ""
        named = "" if given.name == wanted else f", and call the controller's folder {wanted}, not {given.name}"
        return (
            f"{given} is the controller's own folder, `--state` here names the one above it: give "
            f"`--state {given.parent}`{named}"
        )
