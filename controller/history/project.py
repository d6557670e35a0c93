"""Journal events -> history's entries. Pure: what an event adds or alters, and what is to be known for the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.history.entry import Cause, Entry
from controller.journal import event as ev
from controller.journal.event import Event, Moved, Predicted
from controller.journal.frozen import Frozen
from exporter.parameter import Value

IGNORED = "canary_looked"
"""The kind of event that is most of a journal and says nothing for history."""
UPKEEP = "upkeep"
AUTOPILOT = "autopilot"
_NO_STEP = frozenset({"cycle_ended", "bounds_adjusted"})  # may be written before the live file is


class Carry(Frozen):
    """What is known after some event.

    Attributes:
        values, version: in force in every arm.
        cycle, by, asked, changes, predicted, rationale: of the cycle under way.
        orders: who gave which order, by its number.
        canary: whether the canary arm has values of its own.
        open: entries that a later event may still alter.
        removed_before: versions last in force before this time may have been removed by retention; 0 for none.
    """

    values: dict[str, Value] = {}  # noqa: RUF012 - pydantic copies it
    version: str = ""
    cycle: int | None = None
    by: str = AUTOPILOT
    asked: tuple[str, str] | None = None
    changes: tuple[Moved, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    rationale: str = ""
    orders: dict[int, str] = {}  # noqa: RUF012 - likewise
    canary: bool = False
    open: tuple[Entry, ...] = ()
    removed_before: float = 0.0


def projected(carry: Carry, event: Event) -> tuple[Carry, tuple[Entry, ...]]:
    """Return what is known after an event, and the entries that it adds or alters."""
    before = {entry.seq: entry for entry in carry.open}
    carry = _with(carry, open=_confirmed(carry.open, event))
    carry = _follow(carry, event)
    new = _entry(carry, event)
    if new is not None:
        carry = _in_force(_with(carry, open=(*carry.open, new)), new)
    if isinstance(event.payload, ev.CycleEnded):
        carry = _with(carry, cycle=None, by=AUTOPILOT, changes=(), predicted=(), rationale="", orders={}, canary=False)
    found = tuple(entry for entry in carry.open if entry is not before.get(entry.seq))
    left = tuple(entry for entry in carry.open if entry.cycle == carry.cycle is not None or not entry.confirmed)
    return (carry if left == carry.open else _with(carry, open=left)), found


def _with(carry: Carry, **changes: Any) -> Carry:
    return carry.model_copy(update=changes)


def _altered(carry: Carry, **changes: Any) -> Carry:
    """Return what is known when the open entries of the cycle under way are altered."""
    return _with(
        carry,
        open=tuple(
            entry.model_copy(update=changes) if entry.cycle == carry.cycle is not None else entry
            for entry in carry.open
        ),
    )


def _confirmed(entries: tuple[Entry, ...], event: Event) -> tuple[Entry, ...]:
    """Return the entries, confirmed where the controller that wrote one took a further step."""
    if getattr(event.payload, "cycle", None) is None or event.payload.kind in _NO_STEP or event.actor != AUTOPILOT:
        return entries
    return tuple(
        entry.model_copy(update={"confirmed": True}) if not entry.confirmed and entry.writer == event.writer else entry
        for entry in entries
    )


def _follow(carry: Carry, event: Event) -> Carry:
    """Return what is known of the cycle after an event, with the entries that it alters."""
    step = _FOLLOW.get(type(event.payload))
    return carry if step is None else step(carry, event.payload, event)


def _asked(carry: Carry, payload: ev.CycleRequested, event: Event) -> Carry:
    return _with(carry, asked=(event.actor, payload.reason))


def _started(carry: Carry, payload: ev.CycleStarted, _event: Event) -> Carry:
    by, why = carry.asked if carry.asked is not None and payload.trigger == "operator" else (AUTOPILOT, "")
    return _with(carry, cycle=payload.cycle, by=by, asked=None, rationale=why)


def _proposed(carry: Carry, payload: ev.Proposed, _event: Event) -> Carry:
    why = payload.rationale or carry.rationale
    return _with(carry, changes=payload.changes, predicted=payload.predicted, rationale=why)


def _ordered(carry: Carry, _payload: ev.CanaryOrder, event: Event) -> Carry:
    return _with(carry, orders={**carry.orders, event.seq: event.actor})


def _decided(carry: Carry, payload: ev.Decided, _event: Event) -> Carry:
    carry = _carried_out(carry, payload.request)
    return _altered(carry, verdict=payload.verdict, reason="; ".join(payload.reasons))


def _measured(carry: Carry, payload: ev.Measured, _event: Event) -> Carry:
    return _altered(carry, measured=payload.impacts)


def _ended(carry: Carry, payload: ev.CycleEnded, event: Event) -> Carry:
    carry = _carried_out(carry, payload.request)
    return _altered(carry, outcome=payload.outcome, reason=payload.reason, ended_at=event.at)


def _carried_out(carry: Carry, request: int | None) -> Carry:
    """Return what is known when a step carries an order out: it is then by whoever gave that."""
    return carry if request not in carry.orders else _with(carry, by=carry.orders[request])


def _job_done(carry: Carry, payload: ev.JobDone, _event: Event) -> Carry:
    removed = payload.details.get("removed_before")
    if payload.job != UPKEEP or not isinstance(removed, float) or not removed > carry.removed_before:
        return carry
    return _with(carry, removed_before=removed)


_FOLLOW: dict[type, Callable[[Carry, Any, Event], Carry]] = {
    ev.CycleRequested: _asked,
    ev.CycleStarted: _started,
    ev.Proposed: _proposed,
    ev.CanaryApproved: _ordered,
    ev.CanaryRejected: _ordered,
    ev.CanaryAborted: _ordered,
    ev.Decided: _decided,
    ev.Measured: _measured,
    ev.CycleEnded: _ended,
    ev.JobDone: _job_done,
}


def _entry(carry: Carry, event: Event) -> Entry | None:
    """Return the entry that an event begins, None for none."""
    begin = _BEGIN.get(type(event.payload))
    return None if begin is None else begin(carry, event.payload, event)


def _adopted(carry: Carry, payload: ev.Adopted, event: Event) -> Entry:
    return _new(carry, event, "adopted", payload.version, payload.values, reason=payload.source)


def _canary(carry: Carry, payload: ev.CanaryStarted, event: Event) -> Entry:
    return _of_cycle(carry, event, "canary", payload.version, _tried(carry))


def _stepped(carry: Carry, payload: ev.CanaryStepped, event: Event) -> Entry:
    reason = f"step {payload.step}: {payload.weight:.4g} of the units"
    return _of_cycle(carry, event, "stepped", payload.version, _tried(carry), reason=reason)


def _applied(carry: Carry, payload: ev.Applied, event: Event) -> Entry:
    cause: Cause = "promoted" if payload.outcome == "promoted" else "kept"
    known = next((entry for entry in reversed(carry.open) if entry.cycle == carry.cycle), None)
    told = {} if known is None else {"reason": known.reason, "verdict": known.verdict}
    return _of_cycle(carry, event, cause, payload.version, payload.values, **told)


def _broken_off(carry: Carry, payload: ev.CycleEnded, event: Event) -> Entry | None:
    """Return the old values' return when a cycle ends with its canary arm still apart."""
    if not carry.canary:
        return None
    told = {"reason": payload.reason, "outcome": payload.outcome, "ended_at": event.at}
    return _of_cycle(carry, event, "kept", carry.version, carry.values, **told)


def _rolled_back(carry: Carry, payload: ev.RolledBack, event: Event) -> Entry:
    told = {"reason": payload.reason, "actor": payload.by or event.actor}
    return _new(carry, event, "rolled_back", payload.version, payload.values, **told)


def _deployed(carry: Carry, payload: ev.Deployed, event: Event) -> Entry:
    return _new(carry, event, "deployed", payload.version, payload.values, reason=payload.reason, actor=payload.by)


_BEGIN: dict[type, Callable[[Carry, Any, Event], Entry | None]] = {
    ev.Adopted: _adopted,
    ev.CanaryStarted: _canary,
    ev.CanaryStepped: _stepped,
    ev.Applied: _applied,
    ev.CycleEnded: _broken_off,
    ev.RolledBack: _rolled_back,
    ev.Deployed: _deployed,
}


def _tried(carry: Carry) -> dict[str, Value]:
    return {**carry.values, **{move.parameter: move.new for move in carry.changes}}


def _of_cycle(carry: Carry, event: Event, cause: Cause, version: str, values: dict[str, Value], **told: Any) -> Entry:
    about = {
        "cycle": carry.cycle,
        "actor": carry.by,
        "tried": carry.changes,
        "rationale": carry.rationale,
        "predicted": carry.predicted,
    }
    return _new(carry, event, cause, version, values, **(about | told))


def _new(carry: Carry, event: Event, cause: Cause, version: str, values: dict[str, Value], **told: Any) -> Entry:
    moved = tuple(
        Moved(parameter=name, old=carry.values[name], new=value)
        for name, value in values.items()
        if name in carry.values and carry.values[name] != value
    )
    entry = Entry(
        seq=event.seq,
        at=event.at,
        version=version,
        cause=cause,
        actor=event.actor,
        values=dict(values),
        changes=moved,
        writer=event.writer,
    )
    return entry.model_copy(update=told)


def _in_force(carry: Carry, entry: Entry) -> Carry:
    if entry.cause in ("canary", "stepped"):
        return _with(carry, canary=True)
    return _with(carry, values=entry.values, version=entry.version, canary=False)
