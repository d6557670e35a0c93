"""What may be proposed for a parameter now.

Five limits hold together: the hard bounds; the sliding bounds, or an operator's override in their place; on the way
back from a pause for drift, a share of the room that the sliding bounds leave on either side of the value; the largest
step of one change; and the daily limit, which is about values in force: all that were in force in the last 24 hours and
the new one must lie within it, so a value may always go back to where it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from controller.decide.bounds.bound import SLACK, Bounds
from exporter.parameter import ParameterSpec
from exporter.seconds import DAY


@dataclass(frozen=True)
class DatedMove:
    """A move of the value in force at unix time `at`."""

    at: float
    old: float
    new: float


@dataclass(frozen=True)
class Limits:
    """Everything that limits one numeric parameter, in its unit.

    Attributes:
        spec: name, kind and hard bounds.
        value: the value in force.
        sliding: the sliding bounds, or an override in their place.
        overridden: whether it is an override.
        max_step: the furthest that one change may move the value.
        daily_limit: how far apart the values of 24 hours may be; None for no limit.
        day: values in force at any time in the last 24 hours, shape [N]; `value` counts even if it is missing.
        share: of the room of the sliding bounds that a proposal has, above 0; 1 unless it comes back from a pause. An
            override is not narrowed: an operator wants it now.
    """

    spec: ParameterSpec
    value: float
    sliding: Bounds
    overridden: bool
    max_step: float
    daily_limit: float | None
    day: tuple[float, ...] = ()
    share: float = 1.0

    @property
    def hard(self) -> Bounds:
        """Bounds that no value ever leaves."""
        return Bounds(float(self.spec.low), float(self.spec.high))

    @property
    def returning(self) -> tuple[float, float]:
        """Ends of what the way back from a pause leaves; a whole number keeps its neighbours."""
        if self.overridden or self.share >= 1:
            return -math.inf, math.inf
        least = 1.0 if self.spec.kind == "int" else 0.0
        below, above = max(0.0, self.value - self.sliding.low), max(0.0, self.sliding.high - self.value)
        return self.value - max(self.share * below, least), self.value + max(self.share * above, least)

    @property
    def slack(self) -> float:
        """What rounding may take away, in the parameter's unit."""
        return SLACK * self.hard.width

    @property
    def daily(self) -> tuple[float, float]:
        """Ends of what the daily limit leaves; the first is the larger when it leaves nothing."""
        if self.daily_limit is None:
            return -math.inf, math.inf
        seen = (*self.day, self.value)
        return max(seen) - self.daily_limit, min(seen) + self.daily_limit


@dataclass(frozen=True)
class Allowed:
    """The interval that a parameter may be proposed in now; both ends are values that it may have.

    Attributes:
        low, high: the ends, in the parameter's unit.
        low_by, high_by: which limit the end comes from: `hard`, `sliding`, `override`, `returning`, `max_step` or
            `daily_limit`.
        reason: why only the value in force is left; empty when there is room.
    """

    low: float
    high: float
    low_by: str
    high_by: str
    reason: str = ""

    @property
    def room(self) -> bool:
        """Whether anything but the value in force may be proposed."""
        return self.low < self.high


def values_of_day(moves: Iterable[DatedMove], value: float, now: float) -> tuple[float, ...]:
    """Return every value that was in force in the 24 hours before `now`; moves that seem to lie ahead count too."""
    recent = [move for move in moves if move.at > now - DAY]
    return tuple(dict.fromkeys((*chain.from_iterable((move.old, move.new) for move in recent), value)))


def allowed_interval(limits: Limits) -> Allowed:
    """Return the interval that every limit allows; only the value in force, with a reason, when they exclude it."""
    sides = _sides(limits)
    low_by, low, _ = max(sides, key=lambda side: side[1])  # of equal ones the first
    high_by, _, high = min(sides, key=lambda side: side[2])
    if limits.spec.kind == "int":
        low, high = math.ceil(low - limits.slack), math.floor(high + limits.slack)
    stays = min(max(limits.value, limits.hard.low), limits.hard.high)
    if not low <= stays <= high:
        return Allowed(stays, stays, low_by, high_by, _excluded(limits, sides))
    if low == high:
        return Allowed(low, high, low_by, high_by, f"{low_by} and {high_by} leave only the value in force")
    return Allowed(low, high, low_by, high_by)


def _sides(limits: Limits) -> tuple[tuple[str, float, float], ...]:
    """Return each limit's name and ends, the one that people should hear of first before others with equal ends."""
    daily = limits.daily
    return (
        ("hard", limits.hard.low, limits.hard.high),
        ("override" if limits.overridden else "sliding", limits.sliding.low, limits.sliding.high),
        ("returning", *limits.returning),
        ("max_step", limits.value - limits.max_step, limits.value + limits.max_step),
        ("daily_limit", *daily),
    )


def _excluded(limits: Limits, sides: tuple[tuple[str, float, float], ...]) -> str:
    """Return which limits exclude the value in force."""
    value = limits.value
    parts = [
        f"the {name} bounds {Bounds(low, high)}" if name != "daily_limit" else spent(limits)
        for name, low, high in sides
        if not low <= value <= high
    ]
    return f"the value in force, {value:g}, is excluded by {' and '.join(parts) or 'rounding'}: it stays as it is"


def spent(limits: Limits) -> str:
    """Return how the daily limit is used up, in words."""
    seen = (*limits.day, limits.value)
    return f"the daily limit of {limits.daily_limit:g}: it was {min(seen):g} to {max(seen):g} in the last 24 h"
