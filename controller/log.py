"""The controller's log: lines for people, or JSON objects for programs, one a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.judging.plain import plain

Level = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes:
        text: what happened, for people.
        level: `warning`: it goes on by itself; `error`: somebody has to do something.
        event: kind of the journal's event, or of what the process did: started, held, reloaded.
        cycle: number of the cycle under way, None between cycles.
        phase: the step that comes next.
    """

    text: str
    level: Level = "info"
    event: str = ""
    cycle: int | None = None
    phase: str = ""


Log = Callable[[Entry], None]


def concerning(payload: Payload) -> bool:
    """Whether an event of the journal is more than what happens every day."""
    if isinstance(payload, ev.CycleEnded):
        return payload.outcome == "failed"
    if isinstance(payload, ev.JobDone):
        return not payload.ok
    told = (ev.AlertFiring, ev.DriftDetected, ev.EmergencyPauseRequested, ev.CanaryLapsed, ev.PhaseHeld)
    return isinstance(payload, told)


def silent(_entry: Entry) -> None:
    """Log nothing."""


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def as_text(entry: Entry, at: float) -> str:
    """Return an entry as one line for people; `at` is unix seconds."""
    mark = "" if entry.level == "info" else f"{entry.level}: "
    return f"{_moment(at)} {mark}{plain(' '.join(entry.text.splitlines()))}"


def as_json(entry: Entry, at: float) -> str:
    """Return an entry as one line of JSON; `at` is unix seconds."""
    found: dict[str, Any] = {"time": _moment(at), "level": entry.level, "event": entry.event}
    return json.dumps({**found, "cycle": entry.cycle, "phase": entry.phase, "text": entry.text})
