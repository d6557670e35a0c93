"""Events -> what the state knows of each parameter's bounds: moves, rollbacks, how long it is stable, overrides.

Called for every event with the states before and after it, since moves of values come from several kinds of events.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import DatedMove
from controller.decide.bounds.override import Override
from controller.decide.learner.accuracy import unexplained
from controller.journal import event as ev
from controller.journal.changed import replace
from controller.journal.state_bounds import BoundsRecord, BoundsWanted, Trial
from exporter.seconds import DAY

if TYPE_CHECKING:
    from controller.journal.state import CycleState, State

KEPT_TRIALS = 10
KEPT_MOVES = 2 * DAY  # seconds; only the last day's matter
JUDGED = ("promoted", "rolled_back", "inconclusive")

Records = dict[str, BoundsRecord]


def folded(before: State, after: State, event: ev.Event) -> State:
    """Return the state after an event with what the event says about bounds."""
    records = _moved(before, after, event, dict(after.bounds))
    payload = event.payload
    match payload:
        case ev.CycleEnded() if before.cycle is not None and payload.outcome in JUDGED:
            records = _tried(records, before.cycle, payload.outcome, event.at)
        case ev.RolledBack():
            records = _undone(records, before, after, event.at)
        case ev.AlertFiring() if payload.fingerprint not in before.incidents:
            records = _unstable(records, after, event.at)
        case ev.AlertResolved() if payload.fingerprint in before.incidents:
            records = _unstable(records, after, event.at)
        case ev.BoundsAdjusted():
            records = _with(records, payload.parameter, _adjusted(_of(records, payload.parameter), payload, event.at))
        case ev.BoundsAdjustRequested():
            records = _wanted(records, payload, event)
        case ev.RequestRefused():
            records = _refused(records, payload.request)
        case ev.BoundsOverrideRequested():
            records = _overridden(records, payload, event)
        case ev.BoundsOverrideCleared():
            records = _cleared(records, payload, event)
        case _:
            pass
    return after if records == after.bounds else replace(after, bounds=records)


def _of(records: Records, name: str) -> BoundsRecord:
    return records.get(name, BoundsRecord())


def _with(records: Records, name: str, record: BoundsRecord) -> Records:
    return {**records, name: record}


def _differences(before: State, after: State) -> dict[str, tuple[float, float]]:
    """Return the numeric parameters whose value in force moved, with old and new value."""
    if before.values == after.values:
        return {}
    both = {name: (old, after.values[name]) for name, old in before.values.items() if name in after.values}
    return {
        name: (float(old), float(new))
        for name, (old, new) in both.items()
        if old != new and not isinstance(old, str) and not isinstance(new, str)
    }


def _moved(before: State, after: State, event: ev.Event, records: Records) -> Records:
    for name, (old, new) in _differences(before, after).items():
        record = _of(records, name)
        kept = tuple(move for move in record.moves if move.at > event.at - KEPT_MOVES)
        records = _with(records, name, replace(record, moves=(*kept, DatedMove(event.at, old, new))))
    return records


def _rolled_back(record: BoundsRecord, at: float) -> BoundsRecord:
    """Return the record with one more rollback; at the floor it is not saved up."""
    return replace(record, since=at, rollbacks=record.rollbacks if record.at_floor else record.rollbacks + 1)


def _tried(records: Records, cycle: CycleState, outcome: str, at: float) -> Records:
    """Return the records after a judged canary: of every parameter that it moved."""
    trial = Trial(at, outcome, _error(cycle.impacts))
    for move in cycle.changes:
        record = _of(records, move.parameter)
        record = replace(record, trials=(*record.trials, trial)[-KEPT_TRIALS:])
        record = _rolled_back(record, at) if outcome == "rolled_back" else record
        records = _with(records, move.parameter, record)
    return records


def _error(impacts: Iterable[ev.Impact]) -> float | None:
    """Return the error beyond noise of the first prediction, the primary KPI's unless that was not measured."""
    for one in impacts:
        if one.predicted is not None and math.isfinite(one.predicted) and math.isfinite(one.measured):
            return unexplained(one.predicted, one.measured, one.standard_error)
    return None


def _undone(records: Records, before: State, after: State, at: float) -> Records:
    """Return the records after an operator brought an earlier version back: a rollback of what moved with it."""
    for name in _differences(before, after):
        records = _with(records, name, _rolled_back(_of(records, name), at))
    return records


def _unstable(records: Records, state: State, at: float) -> Records:
    """Return the records after an incident began or ended: no parameter was stable before."""
    names = [name for name, value in state.values.items() if not isinstance(value, str)]
    return {**records, **{name: replace(_of(records, name), since=at) for name in names}}


def _adjusted(record: BoundsRecord, payload: ev.BoundsAdjusted, at: float) -> BoundsRecord:
    counts = {**record.adjustments, payload.adjustment: record.adjustments.get(payload.adjustment, 0) + 1}
    record = _answered(replace(record, adjustments=counts), payload.request)
    if payload.adjustment == "overridden":
        return replace(record, override=None if record.override is None else replace(record.override, known=True))
    if payload.adjustment == "restored":
        return replace(record, override=None)
    begin, before = (payload.begin_low, payload.begin_high), record.begin
    try:
        record = replace(record, bounds=Bounds(payload.low, payload.high), floor=payload.floor, begin=begin)
    except ValueError:
        return record  # written by no controller of ours
    if payload.adjustment == "contracted":
        return replace(record, since=at, rollbacks=0, contractions=record.contractions + 1, adjusted_at=at)
    if payload.adjustment in ("expanded", "adjusted"):
        return replace(record, rollbacks=0, contractions=0, adjusted_at=at)
    return record if before in (None, begin) else replace(record, rollbacks=0, contractions=0)


def _wanted(records: Records, payload: ev.BoundsAdjustRequested, event: ev.Event) -> Records:
    wanted = BoundsWanted(event.seq, event.actor, payload.low, payload.high, payload.reason)
    return _with(records, payload.parameter, replace(_of(records, payload.parameter), wanted=wanted))


def _answered(record: BoundsRecord, request: int | None) -> BoundsRecord:
    """Return the record without the request of that number."""
    answered = record.wanted is not None and record.wanted.seq == request
    return replace(record, wanted=None) if answered else record


def _refused(records: Records, request: int) -> Records:
    return {name: _answered(record, request) for name, record in records.items()}


def _overridden(records: Records, payload: ev.BoundsOverrideRequested, event: ev.Event) -> Records:
    try:
        bounds = Bounds(payload.low, payload.high)
    except ValueError:
        return records  # no bounds at all: whoever appended it, nothing is overridden
    override = Override(bounds, payload.until, event.actor, payload.reason, event.at)
    return _with(records, payload.parameter, replace(_of(records, payload.parameter), override=override))


def _cleared(records: Records, payload: ev.BoundsOverrideCleared, event: ev.Event) -> Records:
    record = _of(records, payload.parameter)
    if record.override is None:
        return records
    why = f"cleared by {event.actor}: {payload.reason}"
    return _with(records, payload.parameter, replace(record, override=replace(record.override, cleared=why)))
