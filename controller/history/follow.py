"""Journal events -> what is known of the cycle under way, and what its open entries say. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.history.carry import AUTOPILOT, Carry
from controller.journal import event as ev
from controller.journal.event import Event

UPKEEP = "upkeep"


def followed(carry: Carry, event: Event) -> Carry:
    """Return what is known of the cycle after an event, with the entries that it alters."""
    step = _FOLLOW.get(type(event.payload))
    return carry if step is None else step(carry, event.payload, event)


def _asked(carry: Carry, payload: ev.CycleRequested, event: Event) -> Carry:
    return carry.having(asked=(event.actor, payload.reason))


def _started(carry: Carry, payload: ev.CycleStarted, _event: Event) -> Carry:
    by, why = carry.asked if carry.asked is not None and payload.trigger == "operator" else (AUTOPILOT, "")
    return carry.having(cycle=payload.cycle, by=by, asked=None, rationale=why)


def _proposed(carry: Carry, payload: ev.Proposed, _event: Event) -> Carry:
    why = _joined(payload.rationale, carry.rationale)
    return carry.having(changes=payload.changes, predicted=payload.predicted, rationale=why)


def _validated(carry: Carry, payload: ev.Validated, _event: Event) -> Carry:
    past = f"golden cases bypassed by {payload.bypassed}" if payload.bypassed else ""
    return carry.having(rationale=_joined(carry.rationale, past))


def _joined(*reasons: str) -> str:
    """Return reasons as one, without those that are empty."""
    return "; ".join(reason for reason in reasons if reason)


def _ordered(carry: Carry, _payload: ev.CanaryOrder, event: Event) -> Carry:
    return carry.having(orders={**carry.orders, event.seq: event.actor})


def _decided(carry: Carry, payload: ev.Decided, _event: Event) -> Carry:
    carry = _carried_out(carry, payload.request)
    return carry.altered(verdict=payload.verdict, reason="; ".join(payload.reasons))


def _measured(carry: Carry, payload: ev.Measured, _event: Event) -> Carry:
    return carry.altered(measured=payload.impacts)


def _ended(carry: Carry, payload: ev.CycleEnded, event: Event) -> Carry:
    carry = _carried_out(carry, payload.request)
    return carry.altered(outcome=payload.outcome, reason=payload.reason, ended_at=event.at)


def _carried_out(carry: Carry, request: int | None) -> Carry:
    """Return what is known when a step carries an order out: it is then by whoever gave that."""
    return carry if request not in carry.orders else carry.having(by=carry.orders[request])


def _job_done(carry: Carry, payload: ev.JobDone, _event: Event) -> Carry:
    removed = payload.details.get("removed_before")
    if payload.job != UPKEEP or not isinstance(removed, float) or not removed > carry.removed_before:
        return carry
    return carry.having(removed_before=removed)


_FOLLOW: dict[type, Callable[[Carry, Any, Event], Carry]] = {
    ev.CycleRequested: _asked,
    ev.CycleStarted: _started,
    ev.Proposed: _proposed,
    ev.Validated: _validated,
    ev.CanaryApproved: _ordered,
    ev.CanaryRejected: _ordered,
    ev.CanaryAborted: _ordered,
    ev.Decided: _decided,
    ev.Measured: _measured,
    ev.CycleEnded: _ended,
    ev.JobDone: _job_done,
}
