"""One who reads history: the journal, its index, and names for versions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from controller.adapters.history import History, UnknownVersionError
from controller.adapters.version_file import Version
from controller.cli.autopilot.desk import desk_of
from controller.cli.say import say
from controller.desk.desk import Desk
from controller.errors import ConfigError, IntegrityError
from controller.history.entry import IN_FORCE
from controller.history.index import NAME, Index
from controller.history.query import Query
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.who import writer_id

LIVE, PREVIOUS = "live", "previous"


@dataclass(frozen=True)
class Reader:
    """One who reads history.

    Attributes:
        desk: whose journal it is.
        journal: the journal, open.
        index: its index, up to date.
        live: the version in the live file; "" when there is none that can be read.
    """

    desk: Desk
    journal: Journal
    index: Index
    live: str

    def version(self, text: str) -> Version:
        """Return the version that is meant: `live`, `previous`, or the first digits of its hash.

        Raises:
            ConfigError: there is none.
            IntegrityError: it is damaged, or its file is gone.
        """
        named = {LIVE: self.live, PREVIOUS: ""}.get(text, text)
        if text == PREVIOUS:
            named = self._previous()
        if not named and text in (LIVE, PREVIOUS):
            raise ConfigError(f"{self.desk.place.parameters}: missing or not valid: no version is live")
        try:
            return History(self.desk.place.history).get(named)
        except UnknownVersionError:
            known = self.index.page(Query(version=named), size=1).entries
            if not known:
                raise
            raise IntegrityError(
                f"{self.desk.place.history}: version {known[0].version} stands in the journal (event {known[0].seq}), "
                "but its file is missing; `vvtvctl autopilot history verify` says what else is"
            ) from None

    def require_parameter(self, name: str) -> None:
        """Raise ConfigError for a parameter that neither the configuration nor history knows."""
        if not self.index.page(Query(parameter=name), size=1).total:
            self.desk.config.specs.get(name)

    def _previous(self) -> str:
        """Return the version that was in force in every arm before the one that is. Raises ConfigError."""
        first = ""
        for entry in self.index.entries(Query(causes=IN_FORCE), newest_first=True):
            if first and entry.version != first:
                return entry.version
            first = first or entry.version
        raise ConfigError("previous: no other version was in force in every arm yet")


@contextmanager
def reader(config: Path | None, state: Path) -> Iterator[Reader]:
    """Open a stack's history. Raises ConfigError when no controller has run there, StorageError, IntegrityError."""
    desk = desk_of(config, state)
    desk.require_journal()
    live = live_store(desk.config, desk.place).current()
    with (
        Journal(desk.place.journal, writer_id()) as journal,
        Index(journal, desk.place.state / NAME) as index,
    ):
        if index.path is None:
            say(f"note: {desk.place.state / NAME} cannot be written, so the whole journal was read instead", err=True)
        yield Reader(desk, journal, index, "" if live is None else live.version)
