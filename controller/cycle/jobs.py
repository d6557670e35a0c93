"""What starts by itself between cycles: the cycle's own moment, and the scheduled jobs (triage, upkeep).

* A job runs beside the machine: no step waits for it, so an emergency or an operator's change comes first at any time.
  While one runs, no cycle starts.
* A job that fails is said in the journal and not tried again before its next moment; an operator can ask for it.
* A moment that is too old to be caught up is skipped, once, and the journal says so.
* An emergency keeps scheduled jobs from beginning; other pauses do not, they only keep cycles from starting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from controller.config.config import Config
from controller.config.schedule import CYCLE, JOBS
from controller.cycle.context import POLL, Context, Step
from controller.decide.schedule import Due, due
from controller.duration import duration
from controller.journal import event as ev
from controller.journal.state import State
from controller.ports import JobResult

Trigger = Literal["schedule", "operator"]


def planned(config: Config, state: State, name: str, now: float) -> Due | None:
    """Return the moment of a cycle or a job that has come and was not dealt with yet, None when there is none."""
    schedule = config.schedule
    return due(schedule.when(name), dealt_with(state, name), now, schedule.catch_up)


def dealt_with(state: State, name: str) -> float:
    """Return when the last planned moment of a cycle or a job was dealt with: run or skipped; unix seconds.

    A plan has missed nothing that lies before it was made.
    """
    record, plan = state.jobs.get(name), state.plans.get(name)
    moments = [state.began_at, record.scheduled_at if record is not None else None, plan.since if plan else None]
    if name == CYCLE:
        moments.append(state.last_scheduled_at)
    return max(at for at in moments if at is not None)


def job_step(context: Context) -> Step | None:
    """Return the end of a job, a wait while one runs, or the word on a moment that is skipped; None without any."""
    if (found := _next(context)) is None:
        return None
    name, late = found
    if late is not None:
        return _done(name, "schedule", skipped(context.config, context.state, name, late, context.now))
    trigger: Trigger = "operator" if name in context.state.jobs_wanted else "schedule"
    if name not in JOBS:
        known = ", ".join(JOBS)
        return _done(name, trigger, JobResult(ok=False, text=f"there is no job {name!r}; there are {known}"))
    result = context.ports.jobs.run(name, context.state, context.now)
    return Step(wait=POLL) if result is None else _done(name, trigger, result)


def _next(context: Context) -> tuple[str, Due | None] | None:
    """Return the job to look after, with the moment when that is to be skipped: what runs, was asked for, is due."""
    state = context.state
    if context.ports.jobs.running is not None:
        return context.ports.jobs.running, None
    if state.jobs_wanted:
        return min(state.jobs_wanted, key=lambda name: state.jobs_wanted[name].seq), None
    if state.emergency:
        return None
    for name in (CYCLE, *JOBS):
        moment = planned(context.config, state, name, context.now)
        if moment is None:
            continue
        if moment.skipped and (name == CYCLE or not _during_a_cycle(state, moment)):
            return name, moment
        if name != CYCLE:
            return name, None
    return None


def _during_a_cycle(state: State, moment: Due) -> bool:
    """Whether a cycle was under way at that moment: what comes between cycles then comes after it, however late."""
    return state.last_ended_at is not None and state.last_ended_at > moment.at


def _done(name: str, trigger: Trigger, result: JobResult) -> Step:
    payload = ev.JobDone(job=name, trigger=trigger, ok=result.ok, text=result.text, details=dict(result.details))
    return Step(payload, regardless=True)


def skipped(config: Config, state: State, name: str, moment: Due, now: float) -> JobResult:
    """Return the word on a moment that nobody was there for; a cycle's during a pause or a cycle is no failure."""
    at = datetime.fromtimestamp(moment.at, UTC).strftime("%Y-%m-%d %H:%M")
    late = f"{duration(now - moment.at)} late, more than the {duration(config.schedule.catch_up)} of schedule.catch_up"
    why = late
    if name == CYCLE and state.paused is not None:
        why = state.paused
    elif name == CYCLE and _during_a_cycle(state, moment):
        why = f"cycle {state.cycles} was under way"
    details = {"skipped": True, "planned_at": moment.at}
    return JobResult(ok=why != late, text=f"skipped the run of {at} UTC: {why}", details=details)
