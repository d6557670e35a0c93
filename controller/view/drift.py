"""State and readings -> what people and programs are shown of drift. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from controller.config.config import Config
from controller.cycle.drift import readings, strikes_now, trends
from controller.cycle.returning import returning
from controller.decide.drift.backoff import length
from controller.decide.drift.reading import Cause, Health, Reading
from controller.decide.drift.trend import Trend
from controller.duration import duration
from controller.finite import finite
from controller.journal.state import State

WATCHING = "watch"


def document(config: Config, state: State, plant: Iterable[Reading], now: float) -> dict[str, Any]:
    """Return everything about drift at unix time `now`: monitors, trends, pauses, the way back, what was found before.

    Args:
        config: what is watched, and what follows.
        state: what the journal says.
        plant: what the levels say; nothing when they cannot be read.
        now: unix seconds; so are all times in the document.
    """
    every = (*readings(config, state, now), *plant)
    pause = config.drift.policy.pause
    strikes = strikes_now(config, state, now)
    return {
        "enabled": config.drift.enabled,
        "monitors": [_monitor(config, state, reading, now) for reading in every],
        "trends": [_trend(one) for one in trends(config, state, now)],
        "paused": [{"text": one.text, **one._asdict()} for one in state.pauses.values()],
        "strikes": strikes,
        "next_pause": length(strikes + 1, pause),
        **brief(config, state, now),
        "found": [
            {"at": one.at, **finite(one.found.model_dump(exclude={"kind"}))} for one in reversed(state.drift.records)
        ],
    }


def brief(config: Config, state: State, now: float) -> dict[str, Any]:
    """Return the way back from a pause for drift: the share of the room that proposals have, and the stage."""
    stage = returning(config, state, now)
    return {
        "returning": None
        if stage.over
        else {"share": stage.fraction, "stage": stage.number, "of": stage.of, "until": stage.until}
    }


def drifted(shown: dict[str, Any]) -> bool:
    """Whether a document tells of drift: a monitor that is watched finds some, or a pause for it is in force."""
    monitors = any(one["verdict"] == Health.DRIFT and one["action"] != "off" for one in shown["monitors"])
    return monitors or any(one["cause"] == "drift" for one in shown["paused"])


def _monitor(config: Config, state: State, reading: Reading, now: float) -> dict[str, Any]:
    shift = reading.shift
    return {
        "monitor": reading.cause.value,
        "kpi": reading.kpi or None,
        **finite({"value": reading.value, "threshold": reading.threshold}),
        "count": reading.count,
        "verdict": reading.health.value,
        "text": reading.text,
        "action": config.drift.action(reading.cause),
        "then": _then(config, state, reading, now),
        "shift": None
        if shift is None
        else {"began": shift.began, "size": shift.size, "deviations": shift.deviations, "sure": shift.sure},
    }


def _trend(one: Trend) -> dict[str, Any]:
    figures = {"first": one.first, "last": one.last, "per_day": one.per_day, "chance": one.chance}
    return {
        "kpi": one.kpi,
        "verdict": one.health.value,
        "count": one.count,
        **finite(figures),
        "text": one.text,
    }


def _then(config: Config, state: State, reading: Reading, now: float) -> str:
    """Return what follows, or would follow, from drift."""
    action = config.drift.action(reading.cause)
    if action == "off":
        return "nothing: this monitor is off" if config.drift.enabled else "nothing: drift.enabled is false"
    if action == WATCHING:
        return "no pause: people are told" + (", the learner doubts" if reading.cause is Cause.PLANT else "")
    if "drift" in state.pauses:
        return "nothing more: a pause for drift is in force"
    strikes = strikes_now(config, state, now) + 1
    return f"a pause of {duration(length(strikes, config.drift.policy.pause))} (strike {strikes})"


SIDES = {Cause.PREDICTION: "> ", Cause.COVERAGE: "<= "}
"""On which side of its threshold a monitor's number is drift; at or above it for the others."""


def value(one: dict[str, Any]) -> str:
    """Return a monitor's number as people read it."""
    return _number(one, one["value"])


def threshold(one: dict[str, Any]) -> str:
    """Return what would be drift as people read it."""
    return "-" if one["threshold"] is None else SIDES.get(one["monitor"], ">= ") + _number(one, one["threshold"])


def _number(one: dict[str, Any], found: float | None) -> str:
    if found is None:
        return "-"
    return f"{found:g}" if one["monitor"] == Cause.FAILURES else f"{found:.0%}"
