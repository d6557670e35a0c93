"""A temporary override: an operator's own bounds for one parameter, until a time."""

from __future__ import annotations

from dataclasses import dataclass

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.whole import broken


@dataclass(frozen=True)
class Override:
    """Bounds that an operator put in the place of the sliding ones. Times are unix seconds.

    Attributes:
        bounds: what proposals must stay in while it is in force, besides the hard bounds.
        until: when the sliding bounds are in force again, by themselves.
        actor: who asked for it.
        reason: why.
        at: when it was asked for.
        known: whether the controller has said in the journal that it is in force.
        cleared: why it was ended before its time, None when it was not.
    """

    bounds: Bounds
    until: float
    actor: str
    reason: str
    at: float
    known: bool = False
    cleared: str | None = None

    def in_force(self, now: float) -> bool:
        """Whether it holds at a time."""
        return self.cleared is None and now < self.until

    def end(self, now: float) -> str | None:
        """Return why it does not hold any more, None while it does."""
        if self.cleared is not None:
            return self.cleared
        return None if now < self.until else "its time is over"


def refusal(bounds: Bounds, hard: Bounds, value: float, *, whole: bool) -> str | None:
    """Return why an override cannot be, None when it lies in the hard bounds and holds the value in force.

    `whole`: whether the parameter has whole numbers only.
    """
    if whole and (why := broken((bounds.low, bounds.high))) is not None:
        return why
    if bounds.low < hard.low or bounds.high > hard.high:
        return f"{bounds} is not inside the hard bounds {hard}; an override never goes beyond them"
    if not bounds.holds(value):
        return (
            f"{bounds} does not hold the value in force, {value:g}: nothing could be proposed; move the value first "
            "with `vvtvctl autopilot run-once --set`"
        )
    return None
