"""Pasts with failures to look back on, and the reports about them."""

from __future__ import annotations

from typing import Any

from controller.config.config import Config
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from controller.triage.analyse import triage
from controller.triage.report import Report
from tests.controller.casebook.past import BEGIN, Past
from tests.controller.report import materials

DAY = 86400.0
CONFIG = materials.config()


def config(**triage_settings: Any) -> Config:
    """Return the reference configuration with some settings of triage."""
    section = CONFIG.triage.model_validate({**CONFIG.triage.model_dump(), **triage_settings})
    return CONFIG.model_copy(update={"triage": section})


class Listed:
    """A journal's events in a list; what a journal on a disk does besides is tested with the journal."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, payload: Payload, *, at: float, expected: int, actor: str) -> Event:
        """Append an event."""
        assert expected == len(self.events)
        event = Event(seq=expected + 1, at=at, writer="w", actor=actor, payload=payload, previous="", hash="")
        self.events.append(event)
        return event

    def read(self) -> tuple[Event, ...]:
        """Return all events."""
        return tuple(self.events)


class Quick(Past):
    """A past that is written to memory."""

    def __init__(self, begin: float = BEGIN) -> None:
        self.journal: Any = Listed()
        self.now = self.origin = begin
        self.cycle = self.looks = self.last = 0
        self.add(ev.ControllerStarted(pid=7, host="here"))
        self.add(ev.Adopted(values={"temperature": 0.6, "top_k": 12}, version="v0", source="defaults"))


def harmful(past: Past, raises: int = 4, fine: int = 0, new: float = 0.9) -> None:
    """Raise the temperature day by day: first without harm, then with it."""
    for _ in range(fine):
        past.propose(0.6, 0.7).fruitless(0.0, 0.03)
    for _ in range(raises):
        past.propose(0.6, new).harmed()


def report(found: tuple[Event, ...], known: Config = CONFIG, window: float = 7 * DAY) -> Report:
    """Return what triage says an hour after the last event."""
    return triage(known, found, found[-1].at + 3600.0, window=window)
