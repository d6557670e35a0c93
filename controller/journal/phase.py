"""A cycle's step into a phase."""

from __future__ import annotations

from typing import Any

from controller.journal.changed import replace
from controller.journal.state import State


def in_phase(state: State, phase: str, at: float, **changes: Any) -> State:
    """Return the state with the cycle under way in a phase since `at`, and further changes to it."""
    if state.cycle is None:
        return state
    return replace(state, cycle=replace(state.cycle, phase=phase, phase_since=at, hold=None, **changes))
