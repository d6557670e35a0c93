"""Events about pauses, drift, jobs and an operator's changes -> what the state knows of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from controller.journal import event as ev
from controller.journal.changed import replace
from controller.journal.state_ops import (
    DriftRecord,
    DriftState,
    Finished,
    JobRecord,
    JobWanted,
    Pause,
    Plan,
    Wanted,
)

if TYPE_CHECKING:
    from controller.journal.state import CycleState, State

KEPT_DRIFT = 50
KEPT_FINISHED = 400
KEPT_CHANGES = 200


def folded(before: State, state: State, event: ev.Event) -> State:
    """Return the state after an event with what the event says about operations; `before` is the one before it."""
    if before.values and before.values != state.values:
        state = _changed(state, event.at)
    step = _STEPS.get(type(event.payload))
    if step is not None:
        return step(state, event.payload, event)
    if isinstance(event.payload, ev.CycleEnded) and before.cycle is not None:
        return _finished(state, before.cycle, event.payload, event.at)
    return state


def _pause(state: State, payload: ev.PauseRequested, event: ev.Event) -> State:
    reason = payload.reason or "no reason given"
    return _paused(state, Pause("operator", reason, event.actor, event.at, payload.until))


def _emergency(state: State, payload: ev.EmergencyPauseRequested, event: ev.Event) -> State:
    stopped = replace(state, requested=None)  # a cycle that was asked for before does not begin afterwards
    return _paused(stopped, Pause("emergency", payload.reason or "no reason given", event.actor, event.at))


def _resume(state: State, _payload: ev.ResumeRequested, event: ev.Event) -> State:
    return replace(_returned(state, event.at), pauses={})


def _pause_ended(state: State, payload: ev.PauseEnded, event: ev.Event) -> State:
    ended = _returned(state, event.at) if payload.cause == "drift" else state
    return replace(ended, pauses={key: one for key, one in state.pauses.items() if key != payload.cause})


def _want(state: State, payload: ev.RollbackRequested | ev.DeployRequested, event: ev.Event) -> State:
    return replace(state, wanted=(*state.wanted, Wanted(event.seq, event.at, event.actor, payload)))


def _refused(state: State, payload: ev.RequestRefused, _event: ev.Event) -> State:
    return _answered(state, payload.request)


def _want_job(state: State, payload: ev.JobRequested, event: ev.Event) -> State:
    wanted = JobWanted(event.seq, event.actor, payload.reason)
    return replace(state, jobs_wanted={**state.jobs_wanted, payload.job: wanted})


def _loaded(state: State, payload: ev.ConfigLoaded, event: ev.Event) -> State:
    """Return the state with what a configuration says; a plan that stays as it was has held since it was made."""
    new = {name: Plan(text, event.at) for name, text in payload.plans.items()}
    kept = {name: one for name, one in state.plans.items() if name not in new or new[name].text == one.text}
    return replace(state, config_digest=payload.digest, judging_digest=payload.judging, plans={**new, **kept})


def _paused(state: State, pause: Pause) -> State:
    return replace(state, pauses={**state.pauses, pause.cause: pause})


def _returned(state: State, at: float) -> State:
    """Return the state after the drift pause, when there is one, ended at `at`."""
    return state if "drift" not in state.pauses else replace(state, drift=replace(state.drift, returned_at=at))


def _drifted(state: State, payload: ev.DriftDetected, event: ev.Event) -> State:
    records = _kept((*state.drift.records, DriftRecord(event.at, payload)))
    counts = {**state.drift.counts, payload.cause: state.drift.counts.get(payload.cause, 0) + 1}
    if payload.action != "pause":
        return replace(state, drift=replace(state.drift, records=records, counts=counts))
    drift = DriftState(records, payload.strikes, event.at, None, state.drift.changes, counts)
    return _paused(replace(state, drift=drift), Pause("drift", payload.reason, event.actor, event.at, payload.until))


def _kept(records: tuple[DriftRecord, ...]) -> tuple[DriftRecord, ...]:
    """Return the last records, and of those before them the last of every cause and KPI: what was told is told once."""
    older, kept = records[:-KEPT_DRIFT], records[-KEPT_DRIFT:]
    told = {(one.found.cause, one.found.kpi) for one in kept}
    last = {(one.found.cause, one.found.kpi): one for one in older}
    return (*(one for name, one in last.items() if name not in told), *kept)


def _changed(state: State, at: float) -> State:
    """Return the state after the values in force changed at `at`."""
    return replace(state, drift=replace(state.drift, changes=(*state.drift.changes, at)[-KEPT_CHANGES:]))


def _carried_out(state: State, payload: ev.RolledBack | ev.Deployed, event: ev.Event) -> State:
    values = dict(payload.values)
    moved = _changed(state, event.at) if state.values and values != state.values else state
    what = "rolled back" if isinstance(payload, ev.RolledBack) else "deployed without a canary"
    word = f"{what}{f' by {payload.by}' if payload.by else ''}: {payload.reason}"
    return _answered(replace(moved, values=values, version=payload.version, word=word), payload.request)


def _answered(state: State, request: int | None) -> State:
    """Return the state without the answered request; journals from before requests had numbers answer all of them."""
    left = () if request is None else tuple(one for one in state.wanted if one.seq != request)
    return replace(state, wanted=left)


def _job_done(state: State, payload: ev.JobDone, event: ev.Event) -> State:
    last, at = state.jobs.get(payload.job), event.at
    scheduled_at = at if payload.trigger == "schedule" else (last.scheduled_at if last else None)
    runs, failures = (last.runs, last.failures) if last else (0, 0)
    failed = failures + (not payload.ok)
    record = JobRecord(at, scheduled_at, payload.ok, payload.text, runs + 1, failed, payload.details)
    left = {job: one for job, one in state.jobs_wanted.items() if payload.trigger != "operator" or job != payload.job}
    return replace(state, jobs={**state.jobs, payload.job: record}, jobs_wanted=left)


def _finished(state: State, cycle: CycleState, payload: ev.CycleEnded, at: float) -> State:
    moved = tuple(move.parameter for move in cycle.changes)
    one = Finished(payload.cycle, at, payload.outcome, cycle.trigger, moved, cycle.forced is not None, cycle.ordered)
    return replace(state, finished=(*state.finished, one)[-KEPT_FINISHED:])


_STEPS: dict[type, Callable[[State, Any, ev.Event], State]] = {
    ev.PauseRequested: _pause,
    ev.EmergencyPauseRequested: _emergency,
    ev.ResumeRequested: _resume,
    ev.PauseEnded: _pause_ended,
    ev.DriftDetected: _drifted,
    ev.RollbackRequested: _want,
    ev.DeployRequested: _want,
    ev.RolledBack: _carried_out,
    ev.Deployed: _carried_out,
    ev.RequestRefused: _refused,
    ev.JobRequested: _want_job,
    ev.JobDone: _job_done,
    ev.ConfigLoaded: _loaded,
}
