"""Events -> State: one small function per kind of event, found by the event's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from controller.journal import event as ev
from controller.journal import fold_bounds, fold_canary, fold_changes, fold_cycle, fold_ops
from controller.journal.changed import replace
from controller.journal.state import Order, State


def fold(state: State, events: Iterable[ev.Event]) -> State:
    """Return the state after some further events."""
    for event in events:
        before = state
        state = _STEPS[type(event.payload)](state, event.payload, event.at)
        state = fold_ops.folded(before, state, event)
        state = fold_bounds.folded(before, state, event)
        state = fold_changes.folded(before, state, event)
        if isinstance(event.payload, ev.ControllerStarted):
            state = replace(state, owner=event.writer)
        if isinstance(event.payload, ev.CycleRequested):
            state = replace(state, requested_by=event.actor)
        if isinstance(event.payload, ev.CanaryOrder):
            state = replace(state, orders=(*state.orders, Order(event.seq, event.at, event.actor, event.payload)))
        began_at = event.at if event.seq == 1 else state.began_at
        state = replace(state, began_at=began_at, seq=event.seq, last_at=event.at, last_hash=event.hash)
    return state


def _same(state: State, _payload: object, _at: float) -> State:
    return state


def _stopped(state: State, _payload: ev.ControllerStopped, _at: float) -> State:
    return replace(state, owner="")


def _adopted(state: State, payload: ev.Adopted, _at: float) -> State:
    word = f"adopted from the {payload.source}" if state.values else ""
    return replace(state, values=dict(payload.values), version=payload.version, word=word)


def _cycle_requested(state: State, payload: ev.CycleRequested, _at: float) -> State:
    return replace(state, requested=payload)


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


_STEPS: dict[type, Callable[[State, Any, float], State]] = {
    ev.ControllerStarted: _same,
    ev.ControllerStopped: _stopped,
    ev.Adopted: _adopted,
    ev.CycleRequested: _cycle_requested,
    ev.CanaryApproved: _same,
    ev.CanaryRejected: _same,
    ev.CanaryAborted: _same,
    ev.AlertFiring: _firing,
    ev.AlertResolved: _resolved,
    **fold_cycle.STEPS,
    **fold_canary.STEPS,
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
