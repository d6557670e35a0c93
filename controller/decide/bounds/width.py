"""Defaults that follow from a parameter's hard bounds and its step, in the parameter's unit."""

from __future__ import annotations

FLOOR_STEPS = 2.0
STEP_SHARE = 0.1


def default_floor(hard_width: float, step: float, share: float) -> float:
    """Return the width below which sliding bounds are not contracted: two steps, or a share of the hard width."""
    return min(hard_width, max(FLOOR_STEPS * step, share * hard_width))


def default_max_step(hard_width: float, step: float) -> float:
    """Return the furthest that one change moves a value: a tenth of the hard width, at least one step."""
    return max(step, STEP_SHARE * hard_width)
