"""Events of a cycle, from its start to its end -> what the state knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.journal import event as ev
from controller.journal.changed import replace
from controller.journal.fold_canary import ended_exposure
from controller.journal.phase import in_phase
from controller.journal.state import CycleState, Effect, Hold, State, Trial

KEPT_TRIALS = 200


def _cycle_started(state: State, payload: ev.CycleStarted, at: float) -> State:
    cycle = CycleState(payload.cycle, "observing", at, at, payload.trigger, payload.forced, bypass=payload.bypass)
    scheduled = at if payload.trigger == "schedule" else state.last_scheduled_at
    return replace(state, cycle=cycle, cycles=payload.cycle, requested=None, last_scheduled_at=scheduled)


def _phase_held(state: State, payload: ev.PhaseHeld, at: float) -> State:
    if state.cycle is None:
        return state
    return replace(state, cycle=replace(state.cycle, hold=Hold(at, payload.reason, payload.until)))


def _observed(state: State, payload: ev.Observed, at: float) -> State:
    return in_phase(state, "analysing", at, observations=payload.observations)


def _analysed(state: State, payload: ev.Analysed, at: float) -> State:
    return in_phase(state, "proposing", at, findings=payload.findings)


def _proposed(state: State, payload: ev.Proposed, at: float) -> State:
    return in_phase(
        state,
        "validating",
        at,
        changes=payload.changes,
        predicted=payload.predicted,
        rationale=payload.rationale,
        chance=payload.chance,
    )


def _validated(state: State, payload: ev.Validated, at: float) -> State:
    return in_phase(state, "canary" if payload.passed else "validating", at, golden=payload)


def _decided(state: State, payload: ev.Decided, at: float) -> State:
    state = _answered(ended_exposure(state, at), payload.request)
    ordered = payload.request is not None
    return in_phase(state, "applying", at, verdict=payload.verdict, reasons=payload.reasons, ordered=ordered)


def _applied(state: State, payload: ev.Applied, at: float) -> State:
    word = "" if payload.outcome == "promoted" else state.word
    state = replace(state, values=dict(payload.values), version=payload.version, word=word)
    return in_phase(state, "measuring", at, outcome=payload.outcome)


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
    return in_phase(state, "learning", at, impacts=payload.impacts)


def _cycle_ended(state: State, payload: ev.CycleEnded, at: float) -> State:
    state = _answered(ended_exposure(state, at), payload.request)
    outcomes = {**state.outcomes, payload.outcome: state.outcomes.get(payload.outcome, 0) + 1}
    return replace(
        state,
        cycle=None,
        outcomes=outcomes,
        last_ended_at=at,
        last_outcome=payload.outcome,
        last_reason=payload.reason,
    )


def _order_refused(state: State, payload: ev.CanaryOrderRefused, _at: float) -> State:
    return _answered(state, payload.request)


def _answered(state: State, request: int | None) -> State:
    """Return the state without the order of that number."""
    return replace(state, orders=tuple(order for order in state.orders if order.seq != request))


STEPS: dict[type, Callable[[State, Any, float], State]] = {
    ev.CanaryOrderRefused: _order_refused,
    ev.CycleStarted: _cycle_started,
    ev.PhaseHeld: _phase_held,
    ev.Observed: _observed,
    ev.Analysed: _analysed,
    ev.Proposed: _proposed,
    ev.Validated: _validated,
    ev.Decided: _decided,
    ev.Applied: _applied,
    ev.Measured: _measured,
    ev.CycleEnded: _cycle_ended,
}
