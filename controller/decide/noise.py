"""Noise of a paired difference: the long-run variance of an autocorrelated series, estimated from its A/A history.

The variance of a mean of n autocorrelated points is omega^2 / n, where omega^2 (the long-run variance) is the sum of
all autocovariances. Every estimator of it errs somewhere, so the largest of three is taken:

* AR(p), p <= 8 by AIC: sigma_e^2 / (1 - sum phi)^2 (Yule-Walker; Andrews & Monahan 1992 use the same idea);
* Bartlett kernel with 40 lags (Newey & West 1987), times 1 + 40 / n for its small-sample bias;
* the plain variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, solve_toeplitz

from controller.model import Floats

BARTLETT_LAGS = 40
MAX_ORDER = 8
ROUNDING = 1e-12  # relative deviation below which numbers are equal: the rest of a mean's rounding
_LARGEST_SUM = 0.99  # of AR coefficients: beyond it the series is a random walk and no horizon is long enough


@dataclass(frozen=True)
class Noise:
    """What the A/A history says about a paired difference.

    Attributes:
        mean: mean difference of arms that had equal values, in the KPI's unit; subtracted from the canary's (difference
            in differences).
        scale: largest deviation from the mean, in the KPI's unit; 0 for a constant history. Variances are in its
            squares, so that neither a KPI of 1e-300 nor one of 1e300 under- or overflows.
        long_run_variance: omega^2, in squares of `scale`.
        variance: marginal variance, in squares of `scale`.
        step_square: mean squared first difference, in squares of `scale`; tells whether the canary's noise has grown.
        count: number of history points.
    """

    mean: float
    scale: float
    long_run_variance: float
    variance: float
    step_square: float
    count: int

    def in_units(self, scale: float) -> Noise:
        """Return the same with variances in squares of another scale, > 0."""
        ratio = (self.scale / scale) ** 2
        return Noise(
            self.mean,
            scale,
            self.long_run_variance * ratio,
            self.variance * ratio,
            self.step_square * ratio,
            self.count,
        )


def largest(values: Floats) -> float:
    """Return the largest magnitude in a series of at least one value."""
    return float(np.abs(values).max())


def autocovariances(series: Floats, lags: int) -> Floats:
    """Return the biased autocovariances gamma_0..gamma_lags of `series` [N], shape [lags + 1]."""
    centred = series - series.mean()
    n = centred.size
    return np.array([float(centred[: n - k] @ centred[k:]) / n for k in range(min(lags, n - 1) + 1)])


def bartlett_variance(gamma: Floats) -> float:
    """Return the Bartlett long-run variance from autocovariances gamma_0..gamma_L."""
    lags = gamma.size - 1
    taper = 1 - np.arange(1, lags + 1) / (lags + 1)
    return float(gamma[0] + 2 * (taper @ gamma[1:]))


def autoregressive_variance(gamma: Floats, n: int) -> float:
    """Return the AR long-run variance, its order (0..8) chosen by AIC on `n` points."""
    best, chosen = float("inf"), float(gamma[0])
    for order in range(min(MAX_ORDER, gamma.size - 1) + 1):
        try:
            phi = solve_toeplitz(gamma[:order], gamma[1 : order + 1]) if order else np.empty(0)
        except (LinAlgError, ValueError):
            break
        innovation = float(gamma[0] - phi @ gamma[1 : order + 1])
        if not innovation > 0:
            break
        criterion = n * np.log(innovation) + 2 * order
        if criterion < best:
            best = criterion
            chosen = innovation / (1 - min(float(phi.sum()), _LARGEST_SUM)) ** 2
    return chosen


def estimate(history: Floats) -> Noise:
    """Return the noise of a history of paired differences, shape [N], N >= 2. Raises ValueError for fewer points."""
    n = history.size
    if n < 2:  # noqa: PLR2004 - a variance needs two points
        raise ValueError(f"noise needs at least 2 points of history, found {n}")
    mean = float(history.mean())
    scale = largest(history - mean)
    if scale <= ROUNDING * largest(history):
        return Noise(mean, 0.0, 0.0, 0.0, 0.0, n)
    scaled = (history - mean) / scale
    gamma = autocovariances(scaled, BARTLETT_LAGS)
    long_run = max(
        autoregressive_variance(gamma, n), bartlett_variance(gamma) * (1 + BARTLETT_LAGS / n), float(gamma[0])
    )
    steps = np.diff(scaled)
    return Noise(mean, scale, long_run, float(gamma[0]), float(np.mean(steps**2)), n)
