"""The journal -> everything that failed, and the cases in which it might have failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from controller.casebook.collect import records
from controller.casebook.record import Record
from controller.casebook.words import Terms
from controller.journal import event as ev
from controller.journal.event import Event
from controller.triage.cycles import Known, failures, short
from controller.triage.failure import Around, Failure
from controller.triage.kinds import KINDS
from controller.triage.moves import subjects
from controller.triage.spans import Span, alerts_between, told
from exporter.parameter import Value

SKIPPED = "skipped"
"""In a job's details: the moment was passed over, the job did not run."""


@dataclass(frozen=True)
class Gathered:
    """What triage looks at.

    Attributes:
        events: the whole journal.
        records: its cycles, the oldest first.
        failures: what failed, in the order of time.
        spans: when which alerts were open.
        began_at: when the journal began, unix seconds.
    """

    events: tuple[Event, ...]
    records: tuple[Record, ...]
    failures: tuple[Failure, ...]
    spans: tuple[Span, ...]
    began_at: float

    def between(self, since: float, until: float) -> tuple[Failure, ...]:
        """Return the failures of a period."""
        return tuple(found for found in self.failures if since <= found.at <= until)


def gather(events: Iterable[Event], terms: Terms, spans: Sequence[Span] = ()) -> Gathered:
    """Return all that failed since the journal began.

    Args:
        events: the whole journal.
        terms: how KPIs are named.
        spans: alerts that Prometheus knows of besides the journal's incidents.
    """
    every = tuple(events)
    found = records(every)
    known = Known(terms, (*told(every), *spans), _askers(every), _bypasses(every))
    failed = [one for record in found for one in failures(record, known)]
    failed += _outside(every, known.spans)
    began_at = every[0].at if every else 0.0
    return Gathered(every, found, tuple(sorted(failed, key=lambda one: one.at)), tuple(known.spans), began_at)


def _askers(events: Iterable[Event]) -> dict[int, str]:
    """Return by cycle who asked for it, where somebody did, and whether he also said what to try."""
    asked, found = "an operator", {}
    for event in events:
        payload = event.payload
        if isinstance(payload, ev.CycleRequested):
            asked = f"{event.actor}{'' if payload.forced is None else ' (forced values)'}"
        elif isinstance(payload, ev.CycleStarted) and payload.trigger == "operator":
            found[payload.cycle] = asked
    return found


def _bypasses(events: Iterable[Event]) -> dict[int, str]:
    """Return by cycle who went past the golden cases, and why."""
    found = {}
    for event in events:
        if isinstance(event.payload, ev.Validated) and event.payload.bypassed:
            found[event.payload.cycle] = event.payload.bypassed
    return found


def _outside(events: Iterable[Event], spans: Sequence[Span]) -> Iterator[Failure]:
    """Yield what failed between cycles."""
    runs = False
    values: dict[str, Value] = {}
    for event in events:
        payload = event.payload
        around = Around(alerts=alerts_between(spans, event.at, event.at), by=_person(event))
        found = _told(event, around, values)
        if isinstance(payload, ev.ControllerStarted):
            if runs:
                why = f"a controller started on {payload.host} though the one before it had not stopped"
                found = Failure(event.at, KINDS["crash"], ("",), why, around=around)
            runs = True
        elif isinstance(payload, ev.ControllerStopped):
            runs = False
        if found is not None:
            yield found
        if isinstance(payload, (ev.Adopted, ev.Applied, ev.RolledBack, ev.Deployed)):
            values = dict(payload.values)


def _person(event: Event) -> str:
    """Return who caused an event; empty for the autopilot."""
    by = getattr(event.payload, "by", "")
    return str(by) if by else "" if event.actor == "autopilot" else event.actor


def _told(event: Event, around: Around, values: dict[str, Value]) -> Failure | None:
    """Return the failure that an event outside of cycles tells of, None for all others."""
    payload = event.payload
    match payload:
        case ev.DriftDetected():
            subject = f"{payload.cause} of {payload.kpi}" if payload.kpi else payload.cause
            return Failure(event.at, KINDS["drift"], (subject,), payload.reason, around=around)
        case ev.RolledBack():
            moved = _moved(values, payload.values)
            return Failure(event.at, KINDS["undone"], subjects(moved) or ("",), payload.reason, around=around)
        case ev.EmergencyPauseRequested():
            return Failure(event.at, KINDS["emergency"], ("",), payload.reason, around=around)
        case ev.JobDone() if not payload.ok and not payload.details.get(SKIPPED):
            return Failure(event.at, KINDS["job"], (payload.job,), payload.text, around=around)
        case ev.RequestRefused():
            return Failure(event.at, KINDS["refused"], (short(payload.reason),), _refused(payload), around=around)
        case _:
            return None


def _refused(payload: ev.RequestRefused) -> str:
    return f"{payload.what}: {payload.reason}"


def _moved(old: dict[str, Value], new: dict[str, Value]) -> tuple[ev.Moved, ...]:
    """Return what an operator undid: the moves that led from the values before it to those that he left."""
    return tuple(
        ev.Moved(parameter=name, old=value, new=old[name])
        for name, value in new.items()
        if name in old and old[name] != value
    )
