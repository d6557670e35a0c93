"""Sliding bounds in the cycle: what may be proposed, and when the bounds are adjusted.

Bounds are adjusted between cycles only, one parameter at a time, each with its reason in the journal. What a proposal
may choose from is asked with `interval`.
"""

from __future__ import annotations

from controller.config.config import Config
from controller.cycle.context import Context
from controller.cycle.standing import Standing, limits, standings
from controller.decide.bounds.adjust import Record, adjust
from controller.decide.bounds.bound import Bounds, fitted
from controller.decide.bounds.limits import Allowed, allowed_interval
from controller.decide.bounds.validate import Reason, validate
from controller.journal import event as ev
from controller.journal.state import State
from controller.moment import moment
from exporter.parameter import Value

PROMOTED = "promoted"
PROVEN = (PROMOTED, "rolled_back")  # an effect that nobody could tell from zero says nothing of a prediction


def interval(context: Context, parameter: str) -> Allowed | None:
    """Return the interval that a parameter may be proposed in now; None for a choice. Raises KeyError."""
    found = limits(context.config, context.state, parameter, context.now)
    return None if found is None else allowed_interval(found)


def refused(config: Config, state: State, changes: dict[str, Value], now: float) -> tuple[Reason, ...]:
    """Return every reason for which changes may not be proposed at unix time `now`; none when they may."""
    known = {name: limits(config, state, name, now) for name in changes if name in config.parameters}
    return validate(changes, {name: found for name, found in known.items() if found is not None}, config.specs.specs)


def warnings(context: Context, changes: dict[str, Value]) -> str:
    """Return what a forced change goes beyond, as a clause that ends a rationale; empty when it is nothing.

    An operator is held to the hard bounds alone; the daily limit and an override are only mentioned.
    """
    reasons = refused(context.config, context.state, changes, context.now)
    found = [reason.text for reason in reasons if reason.code in ("daily_limit", "override")]
    return f"; mind that {'; '.join(found)}" if found else ""


def adjusting(context: Context) -> ev.BoundsAdjusted | None:
    """Return the next adjustment that is due between cycles, None when none is; nothing while the clock is behind.

    A paused autopilot neither expands nor contracts; overrides begin and end all the same.
    """
    state, now = context.state, context.now
    if now < state.last_at:
        return None
    for found in standings(context.config, state):
        due = _override(found, now) or _conformed(found)
        if due is None and state.paused is None:
            due = _adjusted(context, found)
        if due is not None:
            return due
    return None


def conforming(config: Config, state: State) -> tuple[ev.BoundsAdjusted, ...]:
    """Return how recorded bounds are brought inside a configuration that changed."""
    return tuple(due for found in standings(config, state) if (due := _conformed(found)) is not None)


def _override(found: Standing, now: float) -> ev.BoundsAdjusted | None:
    override, bounds = found.record.override, found.sliding.bounds
    if override is None:
        return None
    if (why := override.end(now)) is not None:
        return moved(found, "restored", override.bounds, bounds, f"the override is over: {why}")
    if override.known:
        return None
    reason = f"until {moment(override.until)} UTC, by {override.actor}: {override.reason}"
    return moved(found, "overridden", bounds, override.bounds, reason)


def _conformed(found: Standing) -> ev.BoundsAdjusted | None:
    old, new = found.recorded, found.sliding.bounds
    if found.record.begin not in (None, found.settings.begin):
        new = fitted(found.settings.initial, found.frame)
        reason = f"the configuration has others to begin with: {found.settings.initial}"
    elif new == old:
        return None
    elif not found.frame.hard.holds(old.low) or not found.frame.hard.holds(old.high):
        reason = f"{old} is not inside the hard bounds {found.frame.hard}"
    elif not old.holds(found.frame.value):
        reason = f"{old} does not hold the value in force, {found.frame.value:g}"
    else:
        reason = f"{old} is narrower than the floor, {found.frame.least:g}"
    return moved(found, "reset", old, new, reason)


def _adjusted(context: Context, found: Standing) -> ev.BoundsAdjusted | None:
    trials = found.record.trials
    record = Record(
        tried=len(trials),
        good=sum(trial.outcome == PROMOTED for trial in trials),
        errors=tuple(trial.error for trial in trials if trial.error is not None and trial.outcome in PROVEN),
        incident=bool(context.state.incidents),
    )
    due = adjust(found.sliding, found.frame, record, context.config.bounds.policy, context.now)
    return None if due is None else moved(found, due.kind, found.sliding.bounds, due.bounds, due.reason)


def moved(
    found: Standing, kind: ev.BoundsKind, old: Bounds, new: Bounds, reason: str, *, request: int | None = None
) -> ev.BoundsAdjusted:
    """Return the event that puts `new` bounds in force; `request`: number of the order that it answers."""
    return ev.BoundsAdjusted(
        parameter=found.name,
        adjustment=kind,
        low=new.low,
        high=new.high,
        old_low=old.low,
        old_high=old.high,
        reason=reason,
        floor=found.frame.least,
        begin_low=found.settings.begin[0],
        begin_high=found.settings.begin[1],
        request=request,
    )
