"""Sliding bounds without the values that did harm: never beyond what they are, never without the value in force."""

from __future__ import annotations

import math
from collections.abc import Iterable

from controller.decide.bounds.bound import SLACK, Bounds, Frame
from controller.triage.moves import RAISE

DIGITS = 6  # of the new end


def narrower(
    direction: str, harmful: Iterable[float], fine: Iterable[float], bounds: Bounds, frame: Frame, *, whole: bool
) -> Bounds | None:
    """Return the bounds that end half way between what stood well and what did harm, None when nothing is cut off.

    What stood well are the value in force and the farthest value short of the harm that was tried without harm. At
    least the floor is left; what would have been cut below it stays. For whole numbers both ends are whole, inwards.

    Args:
        direction: of the moves that did harm, raise or cut.
        harmful: the values that did harm.
        fine: values that were tried and did none.
        bounds: the sliding bounds in force, inside the hard bounds.
        frame: hard bounds, floor and value in force.
        whole: whether the parameter has whole numbers only.
    """
    slack = SLACK * frame.hard.width
    sign = 1.0 if direction == RAISE else -1.0
    value = sign * frame.value
    low, high = (bounds.low, bounds.high) if sign > 0 else (-bounds.high, -bounds.low)
    if whole:
        low, high = math.ceil(low - slack), math.floor(high + slack)
    beyond = [sign * one for one in harmful if math.isfinite(one) and value < sign * one <= high]
    if not beyond or not low <= value <= high:
        return None
    first = min(beyond)
    good = max((value, *(sign * one for one in fine if math.isfinite(one) and value < sign * one < first)))
    middle = (good + first) / 2
    end = math.floor(middle) if whole else float(f"{middle:.{DIGITS}g}")
    least = math.ceil(low + frame.least - slack) if whole else low + frame.least
    end = max(good, min(end, first), least)
    if end >= high - slack:
        return None
    return Bounds(low, end) if sign > 0 else Bounds(-end, -low)
