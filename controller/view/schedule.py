"""State -> the schedule as people, programs and metrics are shown it. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from controller.config.config import Config
from controller.config.schedule import CYCLE, SCHEDULED
from controller.cycle.jobs import planned
from controller.decide.schedule import next_after
from controller.journal.state import State


@dataclass(frozen=True)
class Row:
    """A cycle's or a job's schedule. Times are unix seconds, None where there is none.

    Attributes:
        name: cycle, triage, upkeep.
        when: its moments, as configured.
        next_at: its next planned moment.
        due_at: a planned moment that has come and is still to be run or skipped.
        last_at: when its last run ended or was skipped; the start of a cycle that is under way.
        ok: whether that went well; a cycle that ended without a promotion did, one that failed did not.
        last: that run in words.
        requested: who asked for a run that has not begun.
        runs, failures: how often a job ran, and failed; of the cycle, as far back as the state remembers.
    """

    name: str
    when: str
    next_at: float | None
    due_at: float | None
    last_at: float | None
    ok: bool | None
    last: str
    requested: str | None
    runs: int
    failures: int


def schedule(config: Config, state: State, now: float) -> tuple[Row, ...]:
    """Return every schedule, the cycle's first."""
    return tuple(_row(config, state, name, now) for name in SCHEDULED)


def document(config: Config, state: State, now: float) -> dict[str, Any]:
    """Return the schedules as plain values, by name."""
    return {
        row.name: {key: value for key, value in asdict(row).items() if key != "name"}
        for row in schedule(config, state, now)
    }


def _row(config: Config, state: State, name: str, now: float) -> Row:
    when = config.schedule.when(name)
    moment = planned(config, state, name, now) if state.seq else None  # without a journal nothing was missed
    last_at, ok, last = _last_cycle(state) if name == CYCLE else _last_job(state, name)
    wanted, record = state.jobs_wanted.get(name), state.jobs.get(name)
    asked = wanted.actor if wanted is not None else None
    runs, failures = (record.runs, record.failures) if record is not None else (0, 0)
    if name == CYCLE:
        asked = state.requested_by if state.requested is not None else None
        runs, failures = state.cycles, state.outcomes.get("failed", 0)
    return Row(
        name,
        when.text,
        next_after(when, now),
        None if moment is None else moment.at,
        last_at,
        ok,
        last,
        asked,
        runs,
        failures,
    )


def _last_job(state: State, name: str) -> tuple[float | None, bool | None, str]:
    record = state.jobs.get(name)
    return (None, None, "") if record is None else (record.at, record.ok, record.text)


def _last_cycle(state: State) -> tuple[float | None, bool | None, str]:
    """Return the cycle under way, else the last one or the moment that was skipped, whichever came later."""
    skipped = state.jobs.get(CYCLE)
    if state.cycle is not None:
        return state.cycle.started_at, True, f"cycle {state.cycle.number} is under way: {state.cycle.phase}"
    if skipped is not None and (state.last_ended_at is None or skipped.at > state.last_ended_at):
        return skipped.at, skipped.ok, skipped.text
    if state.last_ended_at is None:
        return None, None, ""
    ok, text = state.last_outcome != "failed", f"cycle {state.cycles} ended: {state.last_outcome}"
    return state.last_ended_at, ok, text
