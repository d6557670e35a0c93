"""Shocks on the outcomes: the hour of day, a common wandering mood, and a little noise of each arm's own.

Noise is AR(1) on a grid of whole seconds: constant within a second, and stepped exactly over gaps of any length, so
that ticks of 50 ms, steps of a second and steps of a minute all see the same process.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exporter import names
from exporter.seconds import DAY

_DAY_AMPLITUDE: Final = 0.12
_COMMON_SD: Final = 0.05
_COMMON_RHO: Final = 0.98
_ARM_SD: Final = 0.02
_ARM_RHO: Final = 0.5


class Ar1:
    """Stationary AR(1) series, one per column.

    Args:
        sd: stationary standard deviation.
        rho: correlation between one second and the next.
        count: how many independent series.
        rng: draws the noise.
    """

    def __init__(self, sd: float, rho: float, count: int, rng: np.random.Generator) -> None:
        self._sd, self._rho, self._rng = sd, rho, rng
        self._second: int | None = None
        self._state = sd * rng.standard_normal(count)

    def at(self, now: float) -> NDArray[np.float64]:
        """Return the series' values at unix time `now`; [count]. Time that stands still or jumps back changes none."""
        second = math.floor(now)
        gap = 0 if self._second is None else second - self._second
        if gap > 0:
            kept = self._rho**gap
            fresh = self._sd * math.sqrt(1.0 - kept * kept)
            self._state = kept * self._state + fresh * self._rng.standard_normal(len(self._state))
        self._second = second
        return self._state


class Shocks:
    """What moves completion, in logit, whatever the parameters are."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._common = Ar1(_COMMON_SD, _COMMON_RHO, 1, rng)
        self._own = Ar1(_ARM_SD, _ARM_RHO, len(names.ARMS), rng)

    def at(self, now: float) -> NDArray[np.float64]:
        """Return the shock on each arm at unix time `now`, in logit; [arms], in the order of names.ARMS."""
        hour = _DAY_AMPLITUDE * math.sin(2.0 * math.pi * now / DAY)
        return hour + self._common.at(now) + self._own.at(now)
