"""Events -> State: one small function per kind of event, found by the event's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from controller.journal import event as ev
from controller.journal import fold_bounds, fold_ops
from controller.journal.changed import replace
from controller.journal.state import CanaryState, CycleState, Effect, Hold, Order, State, Trial, WeightStep
from exporter import names

KEPT_EXPOSURES = 200
KEPT_TRIALS = 200


def fold(state: State, events: Iterable[ev.Event]) -> State:
    """Return the state after some further events."""
    for event in events:
        before = state
        state = _STEPS[type(event.payload)](state, event.payload, event.at)
        state = fold_ops.folded(before, state, event)
        state = fold_bounds.folded(before, state, event)
        if isinstance(event.payload, ev.ControllerStarted):
            state = replace(state, owner=event.writer)
        if isinstance(event.payload, ev.CycleRequested):
            state = replace(state, requested_by=event.actor)
        if isinstance(event.payload, ev.CanaryOrder):
            state = replace(state, orders=(*state.orders, Order(event.seq, event.at, event.actor, event.payload)))
        began_at = event.at if event.seq == 1 else state.began_at
        state = replace(state, began_at=began_at, seq=event.seq, last_at=event.at, last_hash=event.hash)
    return state


def _cycle(state: State, phase: str, at: float, **changes: Any) -> State:
    if state.cycle is None:
        return state
    return replace(state, cycle=replace(state.cycle, phase=phase, phase_since=at, hold=None, **changes))


def _canary(state: State, **changes: Any) -> State:
    if state.cycle is None or state.cycle.canary is None:
        return state
    return replace(state, cycle=replace(state.cycle, canary=replace(state.cycle.canary, **changes)))


def _stood_still(canary: CanaryState, end: float) -> dict[str, Any]:
    """Return what changes when exposure ends at `end`, no later than the lease: a blind stretch ends with it."""
    return {
        "exposures": canary.windows(end),
        "exposed_since": None,
        "expires_at": None,
        "blind_since": None,
        "blind_seconds": canary.blind_for(end),
    }


def _answered(state: State, request: int | None) -> State:
    """Return the state without the order of that number."""
    return replace(state, orders=tuple(order for order in state.orders if order.seq != request))


def _same(state: State, _payload: object, _at: float) -> State:
    return state


def _stopped(state: State, _payload: ev.ControllerStopped, _at: float) -> State:
    return replace(state, owner="")


def _adopted(state: State, payload: ev.Adopted, _at: float) -> State:
    return replace(state, values=dict(payload.values), version=payload.version)


def _cycle_requested(state: State, payload: ev.CycleRequested, _at: float) -> State:
    return replace(state, requested=payload)


def _order_refused(state: State, payload: ev.CanaryOrderRefused, _at: float) -> State:
    return _answered(state, payload.request)


def _firing(state: State, payload: ev.AlertFiring, at: float) -> State:
    return replace(
        state,
        incidents={**state.incidents, payload.fingerprint: payload},
        incident_at={**state.incident_at, payload.fingerprint: at},
        incident_count=state.incident_count + (payload.fingerprint not in state.incidents),
    )


def _resolved(state: State, payload: ev.AlertResolved, _at: float) -> State:
    def without(found: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in found.items() if key != payload.fingerprint}

    return replace(state, incidents=without(state.incidents), incident_at=without(state.incident_at))


def _cycle_started(state: State, payload: ev.CycleStarted, at: float) -> State:
    cycle = CycleState(payload.cycle, "observing", at, at, payload.trigger, payload.forced, bypass=payload.bypass)
    scheduled = at if payload.trigger == "schedule" else state.last_scheduled_at
    return replace(state, cycle=cycle, cycles=payload.cycle, requested=None, last_scheduled_at=scheduled)


def _phase_held(state: State, payload: ev.PhaseHeld, at: float) -> State:
    if state.cycle is None:
        return state
    return replace(state, cycle=replace(state.cycle, hold=Hold(at, payload.reason, payload.until)))


def _observed(state: State, payload: ev.Observed, at: float) -> State:
    return _cycle(state, "analysing", at, observations=payload.observations)


def _analysed(state: State, payload: ev.Analysed, at: float) -> State:
    return _cycle(state, "proposing", at, findings=payload.findings)


def _proposed(state: State, payload: ev.Proposed, at: float) -> State:
    return _cycle(
        state,
        "validating",
        at,
        changes=payload.changes,
        predicted=payload.predicted,
        rationale=payload.rationale,
        chance=payload.chance,
    )


def _validated(state: State, payload: ev.Validated, at: float) -> State:
    return _cycle(state, "canary" if payload.passed else "validating", at, golden=payload)


def _canary_started(state: State, payload: ev.CanaryStarted, at: float) -> State:
    weight = payload.weights.get(names.CANARY)
    canary = CanaryState(
        id=payload.canary,
        version=payload.version,
        planned=payload.planned,
        started_at=at,
        expires_at=payload.expires_at,
        exposed_since=at,
        last_look_at=at,
        weights=payload.weights,
        ladder=payload.ladder,
        steps=() if weight is None else (WeightStep(at, weight),),
        detectable=payload.detectable,
        margins=payload.margins,
        tolerated=payload.tolerated,
    )
    return _cycle(state, "canary", at, canary=canary)


def _canary_looked(state: State, payload: ev.CanaryLooked, at: float) -> State:
    canary = state.cycle.canary if state.cycle else None
    if canary is not None:
        blind = payload.verdict == "blind"
        since = canary.last_look_at if canary.blind_since is None else canary.blind_since
        state = _canary(
            state,
            looks=payload.look,
            last_look_at=at,
            kpis=payload.kpis or canary.kpis,
            verdict=payload.verdict,
            reasons=payload.reasons,
            expires_at=payload.expires_at,
            blind_since=since if blind else None,
            blind_seconds=canary.blind_seconds if blind else canary.blind_for(at),
        )
    return replace(state, last_kpis=payload.kpis or state.last_kpis)


def _canary_stepped(state: State, payload: ev.CanaryStepped, at: float) -> State:
    canary = state.cycle.canary if state.cycle else None
    if canary is None or not canary.running:
        return state
    return _canary(
        state,
        version=payload.version,
        exposures=canary.windows(at),
        exposed_since=at,
        steps=(*canary.steps, WeightStep(at, payload.weight)),
    )


def _canary_awaiting(state: State, payload: ev.CanaryAwaiting, at: float) -> State:
    if state.cycle is None or state.cycle.canary is None:
        return state
    return _canary(
        state,
        **_stood_still(state.cycle.canary, at),
        paused_at=None,
        lapsed=False,
        verdict=payload.verdict,
        reasons=payload.reasons,
        awaiting_until=payload.deadline,
    )


def _canary_paused(state: State, payload: ev.CanaryPaused, at: float) -> State:
    if state.cycle is None or state.cycle.canary is None:
        return state
    still = _stood_still(state.cycle.canary, at)
    return _canary(state, **still, paused_at=at, lapsed=False, reasons=payload.reasons)


def _canary_lapsed(state: State, payload: ev.CanaryLapsed, _at: float) -> State:
    if state.cycle is None or state.cycle.canary is None:
        return state
    still = _stood_still(state.cycle.canary, payload.expired_at)
    return _canary(state, **still, paused_at=payload.expired_at, lapsed=True, reasons=("the lease ran out",))


def _canary_resumed(state: State, payload: ev.CanaryResumed, at: float) -> State:
    return _canary(
        state,
        exposed_since=at,
        expires_at=payload.expires_at,
        paused_at=None,
        lapsed=False,
        last_look_at=at,
        blind_since=None,
    )


def _ended_exposure(state: State, at: float) -> State:
    """Return the state with the running canary's exposure closed and kept, so that A/A history leaves it out."""
    canary = state.cycle.canary if state.cycle else None
    if canary is None:
        return state
    windows = canary.windows(at)
    state = _canary(state, **_stood_still(canary, at), paused_at=None, awaiting_until=None)
    known = {(window.start, window.end) for window in state.exposures}
    new = tuple(window for window in windows if (window.start, window.end) not in known)
    return replace(state, exposures=(*state.exposures, *new)[-KEPT_EXPOSURES:])


def _decided(state: State, payload: ev.Decided, at: float) -> State:
    state = _answered(_ended_exposure(state, at), payload.request)
    ordered = payload.request is not None
    return _cycle(state, "applying", at, verdict=payload.verdict, reasons=payload.reasons, ordered=ordered)


def _applied(state: State, payload: ev.Applied, at: float) -> State:
    word = "" if payload.outcome == "promoted" else state.word
    state = replace(state, values=dict(payload.values), version=payload.version, word=word)
    return _cycle(state, "measuring", at, outcome=payload.outcome)


def _measured(state: State, payload: ev.Measured, at: float) -> State:
    cycle = state.cycle
    if cycle is not None and payload.impacts:
        trial = Trial(
            at=at,
            base={**state.values, **{move.parameter: move.old for move in cycle.changes}},
            tried={**state.values, **{move.parameter: move.new for move in cycle.changes}},
            effects={item.kpi: Effect(item.measured, item.standard_error) for item in payload.impacts},
            predicted={item.kpi: item for item in cycle.predicted},
            outcome=cycle.outcome,
            chance=cycle.chance,
        )
        state = replace(state, trials=(*state.trials, trial)[-KEPT_TRIALS:])
    return _cycle(state, "learning", at, impacts=payload.impacts)


def _cycle_ended(state: State, payload: ev.CycleEnded, at: float) -> State:
    state = _answered(_ended_exposure(state, at), payload.request)
    outcomes = {**state.outcomes, payload.outcome: state.outcomes.get(payload.outcome, 0) + 1}
    return replace(
        state,
        cycle=None,
        outcomes=outcomes,
        last_ended_at=at,
        last_outcome=payload.outcome,
        last_reason=payload.reason,
    )


_STEPS: dict[type, Callable[[State, Any, float], State]] = {
    ev.ControllerStarted: _same,
    ev.ControllerStopped: _stopped,
    ev.Adopted: _adopted,
    ev.CycleRequested: _cycle_requested,
    ev.CanaryApproved: _same,
    ev.CanaryRejected: _same,
    ev.CanaryAborted: _same,
    ev.CanaryOrderRefused: _order_refused,
    ev.AlertFiring: _firing,
    ev.AlertResolved: _resolved,
    ev.CycleStarted: _cycle_started,
    ev.PhaseHeld: _phase_held,
    ev.Observed: _observed,
    ev.Analysed: _analysed,
    ev.Proposed: _proposed,
    ev.Validated: _validated,
    ev.CanaryStarted: _canary_started,
    ev.CanaryLooked: _canary_looked,
    ev.CanaryStepped: _canary_stepped,
    ev.CanaryAwaiting: _canary_awaiting,
    ev.CanaryPaused: _canary_paused,
    ev.CanaryLapsed: _canary_lapsed,
    ev.CanaryResumed: _canary_resumed,
    ev.Decided: _decided,
    ev.Applied: _applied,
    ev.Measured: _measured,
    ev.CycleEnded: _cycle_ended,
    ev.PauseRequested: _same,  # these by fold_ops, after every event
    ev.EmergencyPauseRequested: _same,
    ev.ResumeRequested: _same,
    ev.PauseEnded: _same,
    ev.DriftDetected: _same,
    ev.RollbackRequested: _same,
    ev.RolledBack: _same,
    ev.DeployRequested: _same,
    ev.Deployed: _same,
    ev.RequestRefused: _same,
    ev.JobRequested: _same,
    ev.JobDone: _same,
    ev.ConfigChanged: _same,
    ev.ConfigLoaded: _same,
    ev.BoundsAdjusted: _same,  # what is known of bounds is folded by fold_bounds, after every event
    ev.BoundsAdjustRequested: _same,
    ev.BoundsOverrideRequested: _same,
    ev.BoundsOverrideCleared: _same,
}
