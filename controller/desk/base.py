"""What every desk knows: the journal, who runs, and who asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from controller import who
from controller.adapters.clock import Clock
from controller.config.config import Config
from controller.errors import ConfigError
from controller.journal import snapshot
from controller.journal.event import Event, Payload
from controller.journal.state import State
from controller.journal.store import Journal
from controller.place import Place

LOOK = "canary_looked"


@dataclass(frozen=True)
class DeskBase:
    """The journal as one person sees it, and appends to it.

    Attributes:
        config: what the controller pilots.
        place: where it keeps what it knows.
        clock: wall clock.
        actor: who asks.
    """

    config: Config
    place: Place
    clock: Clock
    actor: str

    def _journal(self) -> Journal:
        return Journal(self.place.journal, who.writer_id())

    def state(self) -> State:
        """Return the state as the journal tells it; empty when there is no journal yet. Raises IntegrityError."""
        if not self.place.journal.exists():
            return State()
        with self._journal() as journal:
            return snapshot.current(journal)

    def kept(self) -> State:
        """Return the state that the newest snapshot keeps, of an earlier event than the last; empty without any."""
        with self._journal() as journal:
            return snapshot.latest(journal)

    def events(self, after: int = 0, *, looks_from: float = -math.inf) -> tuple[Event, ...]:
        """Return the journal's events after a sequence number.

        Looks at canaries, most of a journal, are among them from a unix time on: infinity leaves every one out.

        Raises:
            IntegrityError: one of them cannot be read.
            StorageError: the journal cannot be read.
        """
        with self._journal() as journal:
            return journal.read(after, LOOK if looks_from > -math.inf else "", looks_from)

    def require_journal(self) -> None:
        """Refuse a folder in which no controller has ever run: most likely another one is meant. Raises ConfigError."""
        if self.place.journal.exists():
            return
        raise ConfigError(
            self.place.one_too_deep
            or f"{self.place.journal}: no journal; no controller has run here. `--state` names the stack's folder, "
            "which holds the controller's; `vvtvctl controller run` starts a controller, `vvtvctl up` a whole stack"
        )

    def holder(self) -> str | None:
        """Return the controller that is running, None when none is."""
        if not self.place.journal.exists():
            return None
        with self._journal() as journal:
            return self._running(journal)

    def _running(self, journal: Journal) -> str | None:
        found = journal.holder(self.clock.now())
        return None if found is None or who.dead(found) else found

    def submit(self, payload: Payload) -> Event:
        """Append a request. Raises StorageError."""
        with self._journal() as journal:
            return journal.submit(payload, at=self.clock.now(), actor=self.actor)
