"""The gauge rule: is the mean of a paired, autocorrelated series of differences beyond its sequential boundary?

Estimate = mean canary difference minus mean A/A difference (difference in differences). Its noise comes from the A/A
history, grown when the canary is visibly noisier, and widened when the rule, replayed on windows of the history itself,
would have been fooled more than 5 % of the time (placebo calibration).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from controller.decide.boundary import Boundary
from controller.decide.noise import ROUNDING, Noise, estimate, largest
from controller.model import Floats

PLACEBO_STRIDES = 4
PLACEBO_WINDOWS_MINIMUM = 8
FIRST_LOOK = 20


@dataclass(frozen=True)
class Estimate:
    """Effect of a canary on one KPI so far, in the KPI's unit.

    Attributes:
        effect: canary minus comparison, A/A offset removed.
        standard_error: of `effect` at this look, in the KPI's unit.
        scale: unit of the variances, in the KPI's unit.
        long_run_variance: omega^2 that it rests on, in squares of `scale`.
        history_variance: variance of the A/A mean, in squares of `scale`.
        placebo: factor by which boundaries are widened, >= 1.
        count: points of the canary.
        planned: points at the planned end.
    """

    effect: float
    standard_error: float
    scale: float
    long_run_variance: float
    history_variance: float
    placebo: float
    count: int
    planned: int

    def margin(self, alpha: float, *, tuned_for: int = 40) -> float:
        """Return the one-sided sequential margin at error rate `alpha`, in the KPI's unit."""
        boundary = Boundary(alpha, self.planned, tuned_for)
        return self.scale * self.placebo * boundary.margin(self.count, self.long_run_variance, self.history_variance)

    def conditional_power(self, alpha: float, direction: float) -> float:
        """Return the chance that `direction * effect` still crosses the final boundary, if it is one s.e. better."""
        left = self.planned - self.count
        final = self.placebo * Boundary(alpha, self.planned).margin(
            self.planned, self.long_run_variance, self.history_variance
        )
        if self.scale == 0:
            return 0.0  # neither effect nor noise
        now, error = direction * self.effect / self.scale, self.standard_error / self.scale
        expected = (self.count * now + left * (now + error)) / self.planned
        spread = np.sqrt(self.long_run_variance * left) / self.planned
        return float(norm.sf((final - expected) / spread)) if spread > 0 else float(expected > final)


def _grown(noise: Noise, canary: Floats) -> float:
    """Return omega^2, scaled up when the canary's point-to-point movement exceeds the history's.

    A history without any movement (a success rate that was always 1) knows no noise: the canary's own counts.
    Both are in squares of `noise.scale`; so is `canary` in units of it.
    """
    if noise.step_square <= 0 and canary.size > 1:
        own = estimate(canary)
        return own.long_run_variance * own.scale**2
    if canary.size < FIRST_LOOK or noise.step_square <= 0:
        return noise.long_run_variance
    return noise.long_run_variance * max(1.0, float(np.mean(np.diff(canary) ** 2)) / noise.step_square)


@lru_cache(maxsize=64)
def _margins(
    alpha: float, planned: int, long_run_variance: float, history_variance: float
) -> tuple[NDArray[np.int64], Floats]:
    """Return every look's number of points and margin; all looks of a canary share one history."""
    counts = np.arange(min(FIRST_LOOK, planned), planned + 1)
    boundary = Boundary(alpha, planned)
    return counts, np.array([boundary.margin(int(n), long_run_variance, history_variance) for n in counts])


def placebo_factor(history: Floats, noise: Noise, planned: int, alpha: float = 0.05) -> float:
    """Return max(1, 95th percentile of max |estimate| / margin) of the rule replayed on windows of the history.

    `noise` is the history's own, in units of its own scale.
    """
    stride = max(1, planned // PLACEBO_STRIDES)
    starts = range(0, history.size - planned + 1, stride)
    if len(starts) < PLACEBO_WINDOWS_MINIMUM or noise.long_run_variance <= 0:
        return 1.0
    counts, margins = _margins(alpha / 2, planned, noise.long_run_variance, noise.long_run_variance / noise.count)
    windows = np.stack([history[start : start + planned] - noise.mean for start in starts]) / noise.scale
    means = np.cumsum(windows, axis=1)[:, counts - 1] / counts
    worst = np.max(np.abs(means) / margins, axis=1)
    return max(1.0, float(np.quantile(worst, 0.95)))


def minimum_detectable_effect(noise: Noise, planned: int, alpha: float = 0.025, power: float = 0.8) -> float:
    """Return the effect that a canary of `planned` points detects with probability `power`, in the KPI's unit."""
    z = float(norm.isf(alpha * 0.8 / 2) + norm.isf(1 - power))
    return noise.scale * z * float(np.sqrt(noise.long_run_variance * (1 / planned + 1 / noise.count)))


def look(canary: Floats, history: Floats, planned: int) -> Estimate:
    """Return the estimate from canary differences [n], n >= 1, and A/A differences [n0], n0 >= 2."""
    own = estimate(history)
    planned = max(planned, canary.size)
    moved = canary - own.mean
    scale = max(own.scale, largest(moved))
    if scale <= ROUNDING * max(largest(canary), largest(history)):
        return Estimate(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, int(canary.size), planned)
    noise, moved = own.in_units(scale), moved / scale
    long_run = _grown(noise, moved)
    history_variance = noise.long_run_variance / noise.count
    return Estimate(
        effect=scale * float(moved.mean()),
        standard_error=scale * float(np.sqrt(long_run / canary.size + history_variance)),
        scale=scale,
        long_run_variance=long_run,
        history_variance=history_variance,
        placebo=placebo_factor(history, own, planned),
        count=int(canary.size),
        planned=planned,
    )
