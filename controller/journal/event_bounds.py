"""Events about sliding bounds: requests of operators, and every adjustment with its reason. Times are unix seconds."""

from __future__ import annotations

from typing import Literal

from controller.journal.frozen import Frozen

BoundsKind = Literal["expanded", "contracted", "overridden", "restored", "reset", "adjusted"]


class BoundsAdjusted(Frozen):
    """The bounds that proposals of one parameter stay in are others now.

    Expanded and contracted by what its canaries showed; overridden by an operator, and restored when that is over;
    reset because the configuration changed or the value in force lay outside; adjusted because an operator or the
    weekly triage wanted others; `request` is the operator's request that this carries out. `floor` is the width below
    which they are never contracted, 0 where it was not said; `begin_low` and `begin_high` are the ends to begin with,
    as the configuration says them.
    """

    kind: Literal["bounds_adjusted"] = "bounds_adjusted"
    cycle: int | None = None
    parameter: str
    adjustment: BoundsKind
    low: float
    high: float
    old_low: float
    old_high: float
    reason: str
    floor: float = 0.0
    begin_low: float | None = None
    begin_high: float | None = None
    request: int | None = None


class BoundsOverrideRequested(Frozen):
    """An operator put bounds of his own in the place of a parameter's sliding ones, until a time."""

    kind: Literal["bounds_override_requested"] = "bounds_override_requested"
    parameter: str
    low: float
    high: float
    until: float
    reason: str


class BoundsOverrideCleared(Frozen):
    """An operator ended an override before its time."""

    kind: Literal["bounds_override_cleared"] = "bounds_override_cleared"
    parameter: str
    reason: str


class BoundsAdjustRequested(Frozen):
    """An operator wants other sliding bounds for a parameter, from which they slide on."""

    kind: Literal["bounds_adjust_requested"] = "bounds_adjust_requested"
    parameter: str
    low: float
    high: float
    reason: str
