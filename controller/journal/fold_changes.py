"""Events -> when something was last changed, by kind of change: what boards mark, so that nobody has to guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from controller.journal import event as ev
from controller.journal.changed import replace

if TYPE_CHECKING:
    from controller.journal.state import State

Change = Literal[
    "promoted",
    "canary_rolled_back",
    "rolled_back",
    "emergency_rolled_back",
    "deployed",
    "adopted",
    "bounds_overridden",
    "bounds_restored",
    "bounds_adjusted",
    "configured",
    "paused_emergency",
    "paused_operator",
    "paused_drift",
    "resumed",
]
"""A promotion, the end of a canary that did harm, an operator's rollback (in an emergency pause or not) or deployment,
values brought inside another configuration; bounds that were not moved by the autopilot; another configuration; the
beginning of a pause, and the end of the last one in force."""

_BOUNDS: dict[ev.BoundsKind, Change] = {
    "overridden": "bounds_overridden",
    "restored": "bounds_restored",
    "adjusted": "bounds_adjusted",
}


def folded(before: State, state: State, event: ev.Event) -> State:
    """Return the state after an event with what the event changed; `before` is the one before it."""
    find = _FIND.get(type(event.payload))
    change = None if find is None else find(before, event.payload)
    return state if change is None else replace(state, changed_at={**state.changed_at, change: event.at})


def _applied(before: State, payload: ev.Applied) -> Change | None:
    if payload.outcome == "promoted":
        return "promoted"
    harmed = before.cycle is not None and before.cycle.verdict == "rollback"
    return "canary_rolled_back" if harmed else None


def _rolled_back(before: State, _payload: ev.RolledBack) -> Change:
    return "emergency_rolled_back" if before.emergency else "rolled_back"


def _deployed(_before: State, _payload: ev.Deployed) -> Change:
    return "deployed"


def _adopted(before: State, payload: ev.Adopted) -> Change | None:
    """Return nothing for the values that a journal begins with: they were live before."""
    return "adopted" if before.values and before.values != payload.values else None


def _bounds(_before: State, payload: ev.BoundsAdjusted) -> Change | None:
    return _BOUNDS.get(payload.adjustment)


def _configured(before: State, payload: ev.ConfigLoaded) -> Change | None:
    return None if before.config_digest in ("", payload.digest) else "configured"


def _paused(_before: State, _payload: ev.PauseRequested) -> Change:
    return "paused_operator"


def _stopped(_before: State, _payload: ev.EmergencyPauseRequested) -> Change:
    return "paused_emergency"


def _drifted(_before: State, payload: ev.DriftDetected) -> Change | None:
    return "paused_drift" if payload.action == "pause" else None


def _resumed(before: State, _payload: ev.ResumeRequested) -> Change | None:
    return "resumed" if before.pauses else None


def _ended(before: State, payload: ev.PauseEnded) -> Change | None:
    return "resumed" if set(before.pauses) == {payload.cause} else None


_FIND: dict[type, Callable[[State, Any], Change | None]] = {
    ev.Applied: _applied,
    ev.RolledBack: _rolled_back,
    ev.Deployed: _deployed,
    ev.Adopted: _adopted,
    ev.BoundsAdjusted: _bounds,
    ev.ConfigLoaded: _configured,
    ev.PauseRequested: _paused,
    ev.EmergencyPauseRequested: _stopped,
    ev.DriftDetected: _drifted,
    ev.ResumeRequested: _resumed,
    ev.PauseEnded: _ended,
}
