"""What the journal knows of one parameter's bounds; what it does not know is configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import DatedMove
from controller.decide.bounds.override import Override

Ends = tuple[float | None, float | None]
"""Low and high as configured; None where the configuration says nothing."""


class Trial(NamedTuple):
    """How a canary that moved the parameter ended at unix time `at`; `error` is its prediction's, beyond noise."""

    at: float
    outcome: str
    error: float | None


class BoundsWanted(NamedTuple):
    """Bounds that an operator wants from now on and that were not put in force yet; `seq` numbers the request."""

    seq: int
    actor: str
    low: float
    high: float
    reason: str


@dataclass(frozen=True)
class BoundsRecord:
    """What happened to one parameter, as far as it matters for its bounds. Times are unix seconds.

    Attributes:
        bounds: the sliding bounds as last adjusted; None while the configured ones hold.
        floor: the floor at that time; 0 while the journal has not said.
        begin: the ends to begin with as they were configured at that time; None while the bounds were never adjusted.
        since: since when it is stable; 0 for since the journal began.
        rollbacks: since the bounds were last adjusted; none are counted while the bounds are at the floor.
        contractions: in a row.
        adjusted_at: when the bounds were last expanded or contracted; 0 for never.
        trials: how the last canaries that moved it ended, oldest first.
        moves: the last moves of its value in force, oldest first.
        override: an operator's, in force or ended but not yet said to be so.
        adjustments: how often its bounds were adjusted, by kind.
        wanted: what an operator wants instead, not answered yet; the last of several.
    """

    bounds: Bounds | None = None
    floor: float = 0.0
    begin: Ends | None = None
    since: float = 0.0
    rollbacks: int = 0
    contractions: int = 0
    adjusted_at: float = 0.0
    trials: tuple[Trial, ...] = ()
    moves: tuple[DatedMove, ...] = ()
    override: Override | None = None
    adjustments: dict[str, int] = field(default_factory=dict)
    wanted: BoundsWanted | None = None

    @property
    def at_floor(self) -> bool:
        """Whether the bounds were contracted as far as they may be."""
        return self.bounds is not None and self.bounds.width <= self.floor * (1 + 1e-9)
