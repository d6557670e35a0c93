"""A stack's past: a journal of many cycles, and every version that they put in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.journal.generate import BEGIN, Past, past, write
from benchmarks.journal.measure import store
from controller.adapters.history import History
from controller.history.carry import Carry
from controller.history.entry import Entry
from controller.history.index import NAME, Index
from controller.history.project import projected
from controller.journal.event import Event
from controller.journal.store import Journal
from exporter.parameters import LiveParameters, uniform

DAY = 86400.0
__all__ = ["BEGIN", "DAY", "Folder", "filled", "live", "project"]


@dataclass(frozen=True)
class Folder:
    """A state folder.

    Attributes:
        state: the folder.
        journal: its journal, open.
        history: its versions.
        past: what happened.
    """

    state: Path
    journal: Journal
    history: History
    past: Past

    @property
    def index_path(self) -> Path:
        """The index's file."""
        return self.state / NAME

    def index(self) -> Index:
        """Open the index."""
        return Index(self.journal, self.index_path)

    @property
    def end(self) -> float:
        """When the last event happened, unix seconds."""
        return self.past.dated[-1][0]


@contextmanager
def filled(state: Path, cycles: int = 30, looks: int = 1, seed: int = 1) -> Iterator[Folder]:
    """Yield a folder in which so many cycles ran, one a day."""
    made = past(cycles=cycles, looks=looks, seed=seed)
    write(state / "journal.db", made.dated)
    history = History(state / "history")
    store(history, made.live)
    with Journal(state / "journal.db", "reader") as journal:
        yield Folder(state, journal, history, made)


def live(heat: float, at: float = BEGIN) -> LiveParameters:
    """Return a document in which every arm has one value."""
    return uniform({"heat": heat}, "s").renewed(expires_at=None, written_at=at)


def project(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Return the entries of a whole journal, oldest first."""
    carry, found = Carry(), dict[int, Entry]()
    for event in events:
        carry, entries = projected(carry, event)
        found |= {entry.seq: entry for entry in entries}
    return tuple(found.values())
