"""What triage needs of an issue tracker: a Protocol that controller/adapters/github.py fulfils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from controller.errors import UnavailableError


class TrackerError(UnavailableError):
    """The issue tracker did not do what it was asked.

    `unsure` says that it may have done it all the same: the answer was lost. `final`: asking for anything else in this
    run would end likewise.
    """

    def __init__(self, text: str, *, unsure: bool = False, final: bool = False) -> None:
        super().__init__(text)
        self.unsure = unsure
        self.final = final


@dataclass(frozen=True)
class Issue:
    """An issue: its number, address and text; whether it is open, and if not, why (`declined`: not to be done)."""

    number: int
    url: str
    body: str
    open: bool
    declined: bool = False


class Tracker(Protocol):
    """Keeps issues. Every method raises TrackerError when it could not be done."""

    def issues(self) -> tuple[Issue, ...]:
        """Return every issue with the label that marks triage's, open and closed."""
        ...

    def search(self, words: str) -> tuple[Issue, ...]:
        """Return every issue, open and closed, whose text holds these words."""
        ...

    def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of an issue's comments."""
        ...

    def closed_by(self, number: int) -> str:
        """Return who closed an issue; empty when nobody knows."""
        ...

    def create(self, title: str, body: str) -> Issue:
        """Write an issue."""
        ...

    def comment(self, number: int, body: str) -> None:
        """Add to an issue."""
        ...

    def reopen(self, number: int) -> None:
        """Open an issue that was closed."""
        ...
