"""What a report is made from."""

from __future__ import annotations

from dataclasses import dataclass

from controller.casebook.collect import records
from controller.casebook.record import Record
from controller.config.config import Config
from controller.journal.event import Event, Found
from controller.journal.fold import fold
from controller.journal.state import State


@dataclass(frozen=True)
class Seen:
    """The newest analysis that there is.

    Attributes:
        at: when the window ended, unix seconds; None when there never was an analysis.
        window: its length in seconds, None when not known.
        texts: in words, one per KPI.
        findings: one by one.
        note: where it is from, and why it is not of now when it is not.
    """

    at: float | None
    window: float | None
    texts: tuple[str, ...]
    findings: tuple[Found, ...]
    note: str


@dataclass(frozen=True)
class Material:
    """What a report is made from.

    Attributes:
        config: the configuration.
        events: the whole journal.
        since, until: the period, unix seconds.
        seen: the newest analysis.
    """

    config: Config
    events: tuple[Event, ...]
    since: float
    until: float
    seen: Seen

    @property
    def state(self) -> State:
        """What the journal says in the end."""
        return fold(State(), self.events)

    @property
    def recent(self) -> tuple[Event, ...]:
        """The events of the period."""
        return tuple(event for event in self.events if self.since <= event.at <= self.until)

    @property
    def records(self) -> tuple[Record, ...]:
        """The cycles that began in the period, the oldest first."""
        return tuple(found for found in records(self.events) if self.since <= found.begun_at <= self.until)
