"""Sequential boundary: how far a mean of n points must be from zero before it may be believed at any look.

Two valid boundaries share the error rate; the smaller one counts at each look:

* a mixture confidence sequence (20 % of alpha), strong early: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas,
  "Time-uniform central limit theory and asymptotic confidence sequences" (2021);
* O'Brien-Fleming by the reflection principle of Brownian motion (80 % of alpha), strong near the planned end
  (O'Brien & Fleming 1979). Its horizon is fixed beforehand and is never extended.

The variance of the A/A mean that is subtracted from the estimate is added in quadrature.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from scipy.special import lambertw
from scipy.stats import norm

MIXTURE_SHARE = 0.2


@lru_cache(maxsize=1024)
def _upper_quantile(probability: float) -> float:
    """Return z with P(N(0, 1) > z) = probability."""
    return float(norm.isf(probability))


@lru_cache(maxsize=1024)
def _mixture_scale(alpha: float, tuned_for: int) -> float:
    """Return eta^2, the mixture's variance, that makes it tightest at `tuned_for` points."""
    return float(-lambertw(-((2 * alpha) ** 2) / math.e, -1).real - 1) / tuned_for


@dataclass(frozen=True)
class Boundary:
    """A one-sided sequential boundary at error rate `alpha` over `planned` points.

    Attributes:
        alpha: probability of ever crossing it without an effect.
        planned: points at the planned end.
        tuned_for: number of points at which the mixture is tightest.
    """

    alpha: float
    planned: int
    tuned_for: int = 40

    def margin(self, count: int, long_run_variance: float, history_variance: float) -> float:
        """Return the distance from zero that the mean of `count` points must exceed, in the KPI's unit.

        Args:
            count: points so far, >= 1.
            long_run_variance: omega^2 of the differences.
            history_variance: variance of the subtracted A/A mean.
        """
        omega = math.sqrt(long_run_variance)
        return min(
            math.hypot(omega * self._mixture(count), self._quantile(MIXTURE_SHARE) * math.sqrt(history_variance)),
            self._final() * math.hypot(omega * math.sqrt(self.planned) / count, math.sqrt(history_variance)),
        )

    def _quantile(self, share: float) -> float:
        return _upper_quantile(self.alpha * share)

    def _mixture(self, count: int) -> float:
        """Half width of the one-sided normal-mixture confidence sequence for unit variance."""
        alpha = self.alpha * MIXTURE_SHARE
        eta = _mixture_scale(alpha, self.tuned_for)
        spread = count * eta + 1
        return math.sqrt(2 * spread / (count**2 * eta) * math.log(1 + math.sqrt(spread) / (2 * alpha)))

    def _final(self) -> float:
        """O'Brien-Fleming constant: a Brownian motion exceeds c at any time up to 1 with probability 2 * sf(c)."""
        return _upper_quantile(self.alpha * (1 - MIXTURE_SHARE) / 2)
