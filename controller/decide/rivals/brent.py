"""Brent's root search as R's `zeroin` and Kayenta run it: absolute tolerance 1e-4, whatever the data's scale.

Brent, Algorithms for Minimization without Derivatives (1973), chapter 4. scipy's `brentq` stops by another rule, and
where the search stops matters here: on series of about 1e-4 the bracket is already narrower than the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-4
STEPS = 1001
EPSILON = float(np.finfo(float).eps)

Function = Callable[[float], float]


@dataclass(frozen=True)
class Point:
    """A place and the function's value there."""

    at: float
    value: float


def solve(function: Function, low: Point, high: Point) -> float:
    """Return where `function` changes its sign between two points at which its signs differ."""
    if low.value == 0:
        return low.at
    if high.value == 0:
        return high.at
    before, best, other = low, high, low
    for _ in range(STEPS):
        last_step = best.at - before.at
        if abs(other.value) < abs(best.value):
            before, best, other = best, other, best
        tolerance = 2 * EPSILON * abs(best.at) + TOLERANCE / 2
        half = (other.at - best.at) / 2
        if abs(half) <= tolerance or best.value == 0:
            break
        step = half
        if abs(last_step) >= tolerance and abs(before.value) > abs(best.value):
            step = _interpolated(before, best, other, last_step, tolerance)
        if abs(step) < tolerance:
            step = tolerance if step > 0 else -tolerance
        before, best = best, Point(best.at + step, function(best.at + step))
        if best.value * other.value > 0:
            other = before
    return best.at


def _interpolated(before: Point, best: Point, other: Point, last_step: float, tolerance: float) -> float:
    """Return the step from `best` by secant or inverse quadratic interpolation, or the bisection when that is wild."""
    gap = other.at - best.at
    to_before = best.value / before.value
    if before.at == other.at:
        numerator, denominator = gap * to_before, 1 - to_before
    else:
        ratio, to_other = before.value / other.value, best.value / other.value
        numerator = to_before * (gap * ratio * (ratio - to_other) - (best.at - before.at) * (to_other - 1))
        denominator = (ratio - 1) * (to_other - 1) * (to_before - 1)
    if numerator > 0:
        denominator = -denominator
    numerator = abs(numerator)
    inside = numerator < 0.75 * gap * denominator - abs(tolerance * denominator) / 2
    if inside and numerator < abs(last_step * denominator / 2):
        return numerator / denominator
    return gap / 2
