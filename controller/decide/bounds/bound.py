"""Bounds of one parameter: hard ones that never move, and sliding ones inside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

SLACK = 1e-9  # relative to the width: what rounding may take away


@dataclass(frozen=True)
class Bounds:
    """An interval of values, ends included, in the parameter's unit. Raises ValueError unless finite, ascending."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse ends that are no numbers, or that do not ascend."""
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"bounds [{self.low}, {self.high}] must be finite and ascending")

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"[{self.low:.6g}, {self.high:.6g}]"

    @property
    def width(self) -> float:
        """High minus low."""
        return self.high - self.low

    def holds(self, value: float) -> bool:
        """Whether a value lies inside; an end does."""
        return self.low <= value <= self.high

    def common(self, other: Bounds) -> Bounds | None:
        """Return what both hold, None when that is nothing."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Bounds(low, high) if low <= high else None

    def around(self, centre: float, width: float) -> Bounds:
        """Return bounds of a width (at most one's own) inside these, their centre as near to `centre` as possible."""
        low = min(max(centre - width / 2, self.low), max(self.high - width, self.low))
        return Bounds(low, max(low, min(low + width, self.high)))


@dataclass(frozen=True)
class Frame:
    """What the sliding bounds of one parameter must respect.

    Attributes:
        hard: bounds that no value ever leaves.
        floor: width below which the sliding bounds are never contracted; at most the hard width counts.
        value: the value in force, which the sliding bounds always hold.
    """

    hard: Bounds
    floor: float
    value: float

    @property
    def least(self) -> float:
        """Width that is never gone below: the floor, or the hard width where that is smaller."""
        return min(self.floor, self.hard.width)

    def at_floor(self, bounds: Bounds) -> bool:
        """Whether bounds are as narrow as they may become."""
        return bounds.width <= self.least * (1 + SLACK)


@dataclass(frozen=True)
class Sliding:
    """The sliding bounds of one parameter, and what decides when they move next. Times are unix seconds.

    Attributes:
        bounds: the bounds.
        since: since when the parameter is stable: no rollback of it, no contraction and no incident.
        rollbacks: of that parameter, since the bounds were last adjusted.
        contractions: contractions in a row, without an expansion between them.
        adjusted_at: when the bounds were last expanded or contracted; 0 when they never were.
    """

    bounds: Bounds
    since: float
    rollbacks: int = 0
    contractions: int = 0
    adjusted_at: float = 0.0


def fitted(bounds: Bounds, frame: Frame) -> Bounds:
    """Return the bounds with the least change that makes them lie in the hard ones, hold the value and keep the floor.

    Bounds that need no change come back as they are; fitting twice is fitting once. A value outside the hard bounds
    counts as the hard bound that is nearest to it.
    """
    hard, least = frame.hard, frame.least
    if bounds.width < least * (1 - SLACK):
        bounds = Bounds(*_widened(bounds, least))
    if bounds.low < hard.low or bounds.high > hard.high:
        bounds = hard.around((bounds.low + bounds.high) / 2, min(bounds.width, hard.width))
    value = min(max(frame.value, hard.low), hard.high)
    if value > bounds.high:
        return Bounds(max(hard.low, value - bounds.width), value)
    if value < bounds.low:
        return Bounds(value, min(hard.high, value + bounds.width))
    return bounds


def _widened(bounds: Bounds, width: float) -> tuple[float, float]:
    centre = (bounds.low + bounds.high) / 2
    return centre - width / 2, centre + width / 2
