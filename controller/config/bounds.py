"""Sliding bounds as autopilot.yaml describes them: how fast they move, and each parameter's own limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, Self

from pydantic import Field, model_validator

from controller.config.fields import Count, Number, Seconds, Section
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.policy import BoundsPolicy
from controller.decide.bounds.whole import broken
from controller.decide.bounds.width import default_floor, default_max_step

_POLICY = BoundsPolicy()


class BoundsSection(Section):
    """How fast sliding bounds move; see controller.decide.bounds.adjust."""

    expansion: Number = Field(default=_POLICY.expansion, ge=0, le=1)
    stable: Seconds = _POLICY.stable
    contraction: Number = Field(default=_POLICY.contraction, ge=0, lt=1)
    rollbacks: Count = Field(default=_POLICY.rollbacks, ge=1)
    backoff: Seconds = _POLICY.backoff
    backoff_most: Seconds = _POLICY.backoff_most
    floor: Number = Field(default=0.1, gt=0, le=1)
    drift: Number = Field(default=_POLICY.drift, gt=0)

    @model_validator(mode="after")
    def _doubles(self) -> Self:
        if self.backoff_most < self.backoff:
            raise ValueError("backoff_most must be at least backoff: the wait begins with one and ends with the other")
        return self

    @property
    def policy(self) -> BoundsPolicy:
        """The same as the decision takes it."""
        return BoundsPolicy(
            expansion=self.expansion,
            stable=self.stable,
            contraction=self.contraction,
            rollbacks=self.rollbacks,
            backoff=self.backoff,
            backoff_most=self.backoff_most,
            drift=self.drift,
        )


class ParameterBoundsSection(Section):
    """Where the sliding bounds of one parameter begin, and the width that they keep."""

    low: Number | None = None
    high: Number | None = None
    floor: Number | None = Field(default=None, gt=0)


class Bounded(Protocol):
    """The settings of one parameter, as far as they bound it."""

    @property
    def kind(self) -> str:
        """`float`, `int` or `choice`."""

    @property
    def low(self) -> float:
        """Hard lower bound."""

    @property
    def high(self) -> float:
        """Hard upper bound."""

    @property
    def step(self) -> float:
        """How far one cycle moves it."""

    @property
    def default(self) -> float | str:
        """Its value before there is a live file."""

    @property
    def bounds(self) -> ParameterBoundsSection:
        """Where its sliding bounds begin."""

    @property
    def max_step(self) -> float | None:
        """The furthest that one change moves it."""

    @property
    def daily_limit(self) -> float | None:
        """The furthest that it moves in 24 hours."""


@dataclass(frozen=True)
class ParameterBounds:
    """What bounds one numeric parameter, in its unit.

    Attributes:
        hard: bounds that no value ever leaves.
        initial: where the sliding bounds begin.
        floor: width below which they are never contracted.
        max_step: the furthest that one change moves the value.
        daily_limit: the furthest that it moves in 24 hours; None for no limit.
        begin: ends of `initial` as they stand in the file; None where it says nothing.
    """

    hard: Bounds
    initial: Bounds
    floor: float
    max_step: float
    daily_limit: float | None
    begin: tuple[float | None, float | None]


def resolved(found: Bounded, share: float) -> ParameterBounds:
    """Return what bounds a parameter, with the defaults filled in; `share` is `bounds.floor`. Raises ValueError."""
    hard = Bounds(found.low, found.high)
    initial = Bounds(
        hard.low if found.bounds.low is None else found.bounds.low,
        hard.high if found.bounds.high is None else found.bounds.high,
    )
    usual = min(default_floor(hard.width, found.step, share), initial.width)
    return ParameterBounds(
        hard=hard,
        initial=initial,
        floor=usual if found.bounds.floor is None else found.bounds.floor,
        max_step=default_max_step(hard.width, found.step) if found.max_step is None else found.max_step,
        daily_limit=found.daily_limit,
        begin=(found.bounds.low, found.bounds.high),
    )


def contradiction(found: Bounded) -> tuple[str, str] | None:
    """Return which setting (`bounds.low`, `max_step`, ...) contradicts another and how; None when none does."""
    if isinstance(found.default, str):
        return _of_choice(found)
    if not math.isfinite(found.high - found.low):
        return "high", f"[{found.low:g}, {found.high:g}] is wider than a number can be: take bounds that are nearer"
    return _ends(found) or _begin(found, found.default) or _too_small(found)


def _of_choice(found: Bounded) -> tuple[str, str] | None:
    """Return what a choice must not have."""
    given = {
        "bounds": found.bounds != ParameterBoundsSection(),
        "max_step": found.max_step is not None,
        "daily_limit": found.daily_limit is not None,
    }
    wrong = [name for name, there in given.items() if there]
    return (wrong[0], "does not go with kind choice, which has no bounds that slide; remove it") if wrong else None


def _ends(found: Bounded) -> tuple[str, str] | None:
    """Return which end of the sliding bounds lies outside the hard ones, or is none that the values could have."""
    begin = (("bounds.low", found.bounds.low), ("bounds.high", found.bounds.high))
    for name, end in (("low", found.low), ("high", found.high), *begin) if found.kind == "int" else ():
        if end is not None and (why := broken((end,))) is not None:
            return name, why
    for name, end in begin:
        if end is not None and not found.low <= end <= found.high:
            hard = f"[{found.low:g}, {found.high:g}]"
            return name, f"{end:g} is outside the hard bounds {hard}; sliding bounds begin inside them"
    return None


def _begin(found: Bounded, default: float) -> tuple[str, str] | None:
    """Return what the sliding bounds cannot begin with."""
    low = found.low if found.bounds.low is None else found.bounds.low
    high = found.high if found.bounds.high is None else found.bounds.high
    if not low < high:
        return "bounds", f"low {low:g} must be below high {high:g}"
    if not low <= default <= high:
        return "bounds", f"[{low:g}, {high:g}] does not hold the default, {default:g}"
    if found.bounds.floor is not None and found.bounds.floor > high - low:
        return "bounds.floor", f"{found.bounds.floor:g} is wider than the bounds to begin with, [{low:g}, {high:g}]"
    return None


def _too_small(found: Bounded) -> tuple[str, str] | None:
    """Return which limit forbids every move."""
    for name, limit in (("max_step", found.max_step), ("daily_limit", found.daily_limit)):
        if limit is not None and limit < found.step:
            return name, f"{limit:g} is less than step {found.step:g}: the parameter could never be moved"
    return None
