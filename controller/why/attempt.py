"""The events of one cycle -> what it tried of one parameter."""

from __future__ import annotations

from dataclasses import replace

from controller.cycle.orders import WORDS
from controller.journal import event as ev
from controller.journal.event import Event
from controller.why.link import Attempt, Evidence, Order


def begun(parameter: str, payload: ev.CycleStarted, at: float) -> Attempt:
    """Return a cycle as it begins."""
    forced = (payload.forced or {}).get(parameter)
    return Attempt(payload.cycle, at, payload.trigger, None, forced)


def after(attempt: Attempt, parameter: str, event: Event) -> Attempt:  # noqa: PLR0911 - one case per kind of event
    """Return the cycle after one more of its events."""
    payload = event.payload
    match payload:
        case ev.Proposed():
            return _proposed(attempt, parameter, payload)
        case ev.Validated():
            return replace(attempt, golden=payload)
        case ev.CanaryLooked() if payload.kpis:
            looked = {item.kpi: item for item in payload.kpis}
            known = {item.kpi: item for item in attempt.evidence}
            evidence = [replace(known.get(kpi, Evidence(kpi)), look=look) for kpi, look in looked.items()]
            rest = [item for kpi, item in known.items() if kpi not in looked]
            return replace(attempt, looks=payload.look, evidence=(*evidence, *rest))
        case ev.CanaryApproved() | ev.CanaryRejected() | ev.CanaryAborted():
            order = Order(event.at, event.actor, WORDS[payload.kind], payload.reason)
            return replace(attempt, orders=(*attempt.orders, order))
        case ev.Decided():
            return replace(attempt, verdict=payload.verdict, reasons=payload.reasons)
        case ev.Measured():
            return _measured(attempt, payload)
        case ev.CycleEnded():
            return replace(attempt, outcome=payload.outcome, reason=payload.reason, ended_at=event.at)
        case _:
            return attempt


def _proposed(attempt: Attempt, parameter: str, payload: ev.Proposed) -> Attempt:
    move = next((move for move in payload.changes if move.parameter == parameter), None)
    return replace(
        attempt,
        old=move.old if move else None,
        new=move.new if move else None,
        others=tuple(other for other in payload.changes if other.parameter != parameter),
        rationale=payload.rationale,
        chance=payload.chance,
        evidence=tuple(Evidence(item.kpi, predicted=item) for item in payload.predicted),
    )


def _measured(attempt: Attempt, payload: ev.Measured) -> Attempt:
    found = {impact.kpi: impact for impact in payload.impacts}
    known = {item.kpi: item for item in attempt.evidence}
    both = [replace(item, measured=found.get(kpi)) for kpi, item in known.items()]
    new = [Evidence(kpi, measured=impact) for kpi, impact in found.items() if kpi not in known]
    return replace(attempt, evidence=(*both, *new))
