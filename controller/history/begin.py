"""Journal events -> the entries that they begin. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.history.carry import Carry
from controller.history.entry import Cause, Entry
from controller.journal import event as ev
from controller.journal.event import Event, Moved
from exporter.parameter import Value


def begun(carry: Carry, event: Event) -> Entry | None:
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
    told = {"reason": payload.reason, "actor": payload.by, "rationale": f"golden cases: {payload.golden}"}
    return _new(carry, event, "deployed", payload.version, payload.values, **told)


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
