"""Events of a canary -> what the state knows of it: its exposures, looks, steps and pauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.journal import event as ev
from controller.journal.changed import replace
from controller.journal.phase import in_phase
from controller.journal.state import State
from controller.journal.state_canary import CanaryState, WeightStep
from exporter import names

KEPT_EXPOSURES = 200


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
    return in_phase(state, "canary", at, canary=canary)


def _canary_looked(state: State, payload: ev.CanaryLooked, at: float) -> State:
    last_kpis = payload.kpis or state.last_kpis
    cycle = state.cycle
    canary = None if cycle is None else cycle.canary
    if cycle is None or canary is None:
        return replace(state, last_kpis=last_kpis)
    blind = payload.verdict == "blind"
    since = canary.last_look_at if canary.blind_since is None else canary.blind_since
    looked = replace(
        canary,
        looks=payload.look,
        last_look_at=at,
        kpis=payload.kpis or canary.kpis,
        verdict=payload.verdict,
        reasons=payload.reasons,
        expires_at=payload.expires_at,
        blind_since=since if blind else None,
        blind_seconds=canary.blind_seconds if blind else canary.blind_for(at),
    )
    return replace(state, last_kpis=last_kpis, cycle=replace(cycle, canary=looked))


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


def ended_exposure(state: State, at: float) -> State:
    """Return the state with the running canary's exposure closed and kept, so that A/A history leaves it out."""
    canary = state.cycle.canary if state.cycle else None
    if canary is None:
        return state
    windows = canary.windows(at)
    state = _canary(state, **_stood_still(canary, at), paused_at=None, awaiting_until=None)
    known = {(window.start, window.end) for window in state.exposures}
    new = tuple(window for window in windows if (window.start, window.end) not in known)
    return replace(state, exposures=(*state.exposures, *new)[-KEPT_EXPOSURES:])


STEPS: dict[type, Callable[[State, Any, float], State]] = {
    ev.CanaryStarted: _canary_started,
    ev.CanaryLooked: _canary_looked,
    ev.CanaryStepped: _canary_stepped,
    ev.CanaryAwaiting: _canary_awaiting,
    ev.CanaryPaused: _canary_paused,
    ev.CanaryLapsed: _canary_lapsed,
    ev.CanaryResumed: _canary_resumed,
}
