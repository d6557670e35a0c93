"""State -> what people and programs are shown of pauses, drift, jobs, and what is wanted or planned next. Pure."""

from __future__ import annotations

from typing import Any

from controller.config.config import Config
from controller.config.schedule import CYCLE, JOBS
from controller.cycle.deploy import title
from controller.cycle.drift import strikes_now
from controller.cycle.jobs import planned
from controller.cycle.returning import returning
from controller.decide.drift.returning import Stage
from controller.decide.schedule import next_after
from controller.journal.state import State
from controller.journal.state_ops import CAUSES


def operations(state: State, now: float, config: Config | None) -> dict[str, Any]:
    """Return how the autopilot is operated; times are unix seconds.

    Args:
        state: what the journal says.
        now: unix seconds.
        config: says what is planned; None where it cannot be said.
    """
    return {
        "emergency": state.emergency,
        "pauses": [state.pauses[cause]._asdict() for cause in CAUSES if cause in state.pauses],
        "next_cycle": _next_cycle(state, now, config),
        "requested": None
        if state.requested is None
        else {**state.requested.model_dump(exclude={"kind"}), "actor": state.requested_by},
        "wanted": [
            {
                "event": one.seq,
                "at": one.at,
                "actor": one.actor,
                "what": title(one.payload),
                "reason": one.payload.reason,
            }
            for one in state.wanted
        ],
        "bounds_wanted": [
            {"parameter": name, **record.wanted._asdict()} for name, record in state.bounds.items() if record.wanted
        ],
        "drift": _drift(state, now, config),
        "jobs": [_job(state, name, now, config) for name in JOBS],
    }


def _next_cycle(state: State, now: float, config: Config | None) -> dict[str, Any]:
    """Return when the next cycle starts by the schedule (None: not by itself), and what keeps it from starting."""
    when = None if config is None else config.schedule.when(CYCLE)
    at = None if when is None else next_after(when, now)
    if config is not None:
        come = planned(config, state, CYCLE, now)
        at = now if come is not None and not come.skipped else at
    return {"at": at, "schedule": None if when is None else str(when), "held_by": state.paused_at(now)}


def _drift(state: State, now: float, config: Config | None) -> dict[str, Any]:
    records = state.drift.records
    last = None
    if records:
        found = records[-1].found
        last = {"at": records[-1].at, **found.model_dump(exclude={"kind"})}
    stage = Stage() if config is None else returning(config, state, now)
    strikes = state.drift.strikes if config is None else strikes_now(config, state, now)
    return {
        "last": last,
        "strikes": strikes,
        "returned_at": state.drift.returned_at,
        "share": stage.fraction,
        "more_room_at": stage.until,
    }


def _job(state: State, name: str, now: float, config: Config | None) -> dict[str, Any]:
    record, wanted = state.jobs.get(name), state.jobs_wanted.get(name)
    return {
        "job": name,
        "schedule": None if config is None else str(config.schedule.when(name)),
        "next_at": None if config is None else next_after(config.schedule.when(name), now),
        "last": None if record is None else record._asdict(),
        "wanted": None if wanted is None else wanted._asdict(),
    }
