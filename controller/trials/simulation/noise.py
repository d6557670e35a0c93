"""The noise of a response's points: autoregressive, partly the same shocks in both arms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from controller.model import Floats


@dataclass(frozen=True)
class Noise:
    """AR(1) noise of two arms that are measured side by side, with a deviation of 1 per point and arm.

    Attributes:
        rho: correlation of neighbouring points.
        common: share of the variance that is the same shocks in both arms.
        history: A/A points before a canary; 5760 are 24 h of one every 15 s.
    """

    rho: float = 0.5
    common: float = 0.5
    history: int = 5760

    def arms(self, rng: np.random.Generator, points: int) -> Floats:
        """Return history and `points` of a canary, canary arm first, shape [2, history + points]."""
        shape = (3, self.history + points)
        shocks = rng.normal(size=shape) * math.sqrt(1 - self.rho**2)
        before = rng.normal(size=(3, 1))  # the point before the first, so that the noise is stationary
        found = lfilter([1.0], [1.0, -self.rho], shocks, axis=1, zi=self.rho * before)[0]
        arms: Floats = math.sqrt(self.common) * found[0] + math.sqrt(1 - self.common) * found[1:]
        return arms

    def error(self, planned: int) -> float:
        """Return the standard error of the effect that a canary of `planned` points measures against the history.

        That is the deviation of mean(canary's differences) - mean(history's differences). The shocks that the arms
        share cancel; the two means count as independent, which they all but are.
        """
        difference = 2 * (1 - self.common)
        return math.sqrt(difference * (self._mean(planned) + self._mean(self.history)))

    def _mean(self, points: int) -> float:
        """Return the variance of the mean of AR(1) points with variance 1 (Priestley 1981, section 5.3)."""
        rho = self.rho
        ends = 2 * rho * (1 - rho**points) / (points * (1 - rho) ** 2)
        return ((1 + rho) / (1 - rho) - ends) / points
