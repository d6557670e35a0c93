"""How a simulated run goes; the same for every proposer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from controller.decide.bounds.policy import BoundsPolicy
from controller.decide.policy import Policy
from controller.errors import ConfigError
from controller.trials.simulation.faults import Faults

_POLICY, _BOUNDS, _NO_FAULTS = Policy(), BoundsPolicy(), Faults()

Level = Literal["effect", "series"]


@dataclass(frozen=True)
class Setting:
    """How a run goes.

    Attributes:
        days: length.
        canaries_per_day: opportunities a day, evenly spread.
        canary_hours: planned length of a canary.
        share: of the units that the canary arm has.
        max_step: most that a change may move a parameter, as a share of its bounds' width.
        policy: how strict a verdict is.
        level: how a canary is measured: its effects drawn at once, or as both arms' series before the real verdict.
        bounds: how sliding bounds move; None for hard bounds alone.
        faults: what goes wrong, and how often.

    Raises:
        ConfigError: the numbers contradict one another.
    """

    days: int = 30
    canaries_per_day: float = 2.0
    canary_hours: float = 1.0
    share: float = 0.2
    max_step: float = 0.1
    policy: Policy = _POLICY
    level: Level = "effect"
    bounds: BoundsPolicy | None = _BOUNDS
    faults: Faults = _NO_FAULTS

    def __post_init__(self) -> None:
        """Refuse what cannot be played."""
        if self.days < 1:
            raise ConfigError(f"simulation: {self.days} days; at least 1 is needed")
        for name in ("canaries_per_day", "canary_hours", "max_step"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ConfigError(f"simulation: {name} is {value:g}; it must be a number above 0")
        if self.canaries_per_day * self.canary_hours > 24:  # noqa: PLR2004 - hours of a day
            raise ConfigError(
                f"simulation: {self.canaries_per_day:g} canaries of {self.canary_hours:g} h do not fit into a day"
            )
        if not 0 < self.share < 1:
            raise ConfigError(f"simulation: the canary's share is {self.share:g}; it must lie between 0 and 1")
        if self.level not in ("effect", "series"):
            raise ConfigError(f"simulation: unknown level {self.level!r}; known are effect, series")

    @property
    def hours(self) -> float:
        """Hours from one opportunity to the next."""
        return 24 / self.canaries_per_day
