"""State -> what people and programs are shown of sliding bounds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from controller.config.config import Config
from controller.cycle.bounds import PROMOTED
from controller.cycle.standing import Standing, limits, standings
from controller.decide.bounds.adjust import earliest_expansion
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import allowed_interval
from controller.journal import event as ev
from controller.journal.event import Event
from controller.journal.state import State


def shown(config: Config, state: State, now: float) -> list[dict[str, Any]]:
    """Return how the bounds of every numeric parameter stand at unix time `now`; times are unix seconds."""
    return [_parameter(config, state, found, now) for found in standings(config, state)]


def _ends(bounds: Bounds) -> dict[str, float]:
    return {"low": bounds.low, "high": bounds.high}


def _parameter(config: Config, state: State, found: Standing, now: float) -> dict[str, Any]:
    limited = limits(config, state, found.name, now)
    override = found.override(now)
    trials = found.record.trials
    return {
        "parameter": found.name,
        "value": state.values.get(found.name, found.frame.value),
        "hard": _ends(found.frame.hard),
        "sliding": _ends(found.sliding.bounds),
        "override": None
        if override is None
        else {
            **_ends(override.bounds),
            "until": override.until,
            "actor": override.actor,
            "reason": override.reason,
            "at": override.at,
        },
        "allowed": None if limited is None else vars(allowed_interval(limited)),
        "floor": found.frame.least,
        "exhausted": found.exhausted,
        "max_step": found.settings.max_step,
        "daily_limit": found.settings.daily_limit,
        "values_of_day": [] if limited is None else list(limited.day),
        "share": 1.0 if limited is None else limited.share,
        "stable_since": found.sliding.since,
        "rollbacks": found.sliding.rollbacks,
        "contractions": found.sliding.contractions,
        "adjusted_at": found.sliding.adjusted_at or None,
        "may_expand_at": earliest_expansion(found.sliding, config.bounds.policy),
        "tried": len(trials),
        "promoted": sum(trial.outcome == PROMOTED for trial in trials),
    }


def exported(config: Config, state: State, events: Iterable[Event], now: float) -> dict[str, Any]:
    """Return everything that is known of bounds: settings, what the journal knows, and every event about them."""
    found = shown(config, state, now)
    for item in found:
        section = config.parameters[item["parameter"]]
        record = state.bounds.get(item["parameter"])
        item["configured"] = section.bounds.model_dump()
        item["trials"] = [] if record is None else [trial._asdict() for trial in record.trials]
        item["moves"] = [] if record is None else [vars(move) for move in record.moves]
        item["adjustments"] = {} if record is None else record.adjustments
    return {
        "at": now,
        "events": state.seq,
        "policy": config.bounds.model_dump(),
        "parameters": found,
        "history": [line for event in events if (line := entry(event)) is not None],
    }


def entry(event: Event) -> dict[str, Any] | None:
    """Return an event about bounds as plain values, None for any other."""
    payload = event.payload
    if not isinstance(payload, (ev.BoundsAdjusted, ev.BoundsOverrideRequested, ev.BoundsOverrideCleared)):
        return None
    return {"event": event.seq, "at": event.at, "actor": event.actor, **payload.model_dump()}
