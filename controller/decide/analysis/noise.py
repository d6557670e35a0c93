"""Noise of a series around a line: how much of it is white, how much persists, and for how long.

The model is a persisting part, an AR(1) process, plus white noise. Neither its memory nor its share is ever known from
a single window, and a standard error that takes the likeliest for the truth is too small where memory is not short
against the window. So every pair on a grid keeps its probability, and what is concluded is averaged over them.

The likelihood is restricted (REML: the line is integrated out, Patterson and Thompson 1971), so that the bias which
fitting a line puts into residuals does not arise. A Kalman filter computes it and passes over gaps (Jones 1980,
"Maximum likelihood fitting of ARMA models to time series with missing observations"). Beforehand, white noise alone has
one half of the probability, and a memory of tau points has a weight of 1 / sqrt(tau).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from controller.decide.analysis.belief import Belief
from controller.model import Floats

LEAST = 24  # points; fewer say nothing of how long noise persists
_SHARES = np.array([1.0, 0.7, 0.4, 0.2, 0.1])
_FLOOR = 1e-9  # white variance that is always there, so that the filter never divides by zero
_WILD = 4.0  # robust standard deviations beyond which a residual counts as that far off


@dataclass(frozen=True)
class Noise:
    """Noise models with their probabilities, for a series on a regular grid. G models, T points.

    Attributes:
        memory: correlation of the persisting part from one point to the next, [G].
        share: its part of the variance, [G].
        variance: of a point, in squares of the series' unit, [G].
        weights: probability of each model, summing to 1, [G].
        freedom: degrees of freedom of the variances.
    """

    memory: Floats
    share: Floats
    variance: Floats
    weights: Floats
    freedom: float

    def belief(self, estimate: float, weights: Floats, factor: float = 1.0) -> Belief:
        """Return what is believed of an estimate that is a weighted sum of the points.

        Args:
            estimate: the sum, or one that errs as much.
            weights: of the grid's points, 0 where one is missing, shape [T].
            factor: by which its variance exceeds the sum's.
        """
        count = weights.size
        spectrum = np.abs(np.fft.rfft(weights, 2 * count)) ** 2
        products = np.fft.irfft(spectrum, 2 * count)[:count]  # sum over t of w_t w_{t + h}
        lags = np.arange(1, count)
        persisting = (self.memory[:, None] ** lags) @ products[1:]
        variance = self.variance * (products[0] + 2 * self.share * persisting)
        return Belief(estimate, np.sqrt(np.maximum(factor * variance, 0.0)), self.weights, self.freedom)


@lru_cache(maxsize=16)
def _grid(count: int) -> tuple[Floats, Floats, Floats]:
    """Return memory, share and log prior weight of every model for `count` points, shapes [G]."""
    taus = 2.0 ** np.arange(-0.5, np.log2(count) + 1e-9)
    memory = np.repeat(np.exp(-1 / taus), _SHARES.size)
    weight = np.repeat(taus**-0.5, _SHARES.size)
    prior = np.log(np.concatenate([[0.5], 0.5 * weight / weight.sum()]))
    return np.concatenate([[0.0], memory]), np.concatenate([[0.0], np.tile(_SHARES, taus.size)]), prior


def learn(residuals: Floats) -> Noise:
    """Return the noise of a series around a line that was taken from it.

    Args:
        residuals: on a regular grid, NaN where a point is missing, in any unit; shape [T], `LEAST` numbers or more.

    Raises:
        ValueError: fewer numbers.
    """
    seen = np.isfinite(residuals)
    count = int(seen.sum())
    if count < LEAST:
        raise ValueError(f"noise needs at least {LEAST} points, found {count}")
    memory, share, prior = _grid(residuals.size)
    scale = float(np.abs(residuals[seen]).max())
    if scale == 0:
        return Noise(memory, share, np.zeros(memory.size), np.exp(prior), count - 2.0)
    likelihood, variance = _filter(_calm(residuals / scale, seen), seen, memory, share)
    posterior = np.exp(likelihood + prior - (likelihood + prior).max())
    return Noise(memory, share, variance * scale**2, posterior / posterior.sum(), count - 2.0)


def _calm(residuals: Floats, seen: Floats) -> Floats:
    """Return the residuals with wild ones drawn in: one spike is not to widen every interval."""
    spread = 1.4826 * float(np.median(np.abs(residuals[seen])))
    reach = _WILD * spread if spread > 0 else np.inf
    return np.clip(residuals, -reach, reach)


def _filter(series: Floats, seen: Floats, memory: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Return restricted log likelihood and variance of a point, of every model; shapes [G]."""
    columns = np.stack([np.ones(series.size), np.linspace(-1, 1, series.size), series], axis=1)
    state, spread = np.zeros((memory.size, 3)), share.copy()
    renewal, white = share * (1 - memory**2), 1 - share + _FLOOR
    squares, determinant = np.zeros((memory.size, 3, 3)), np.zeros(memory.size)
    for at in range(series.size):
        if seen[at]:
            total = spread + white
            surprise = columns[at] - state
            squares += surprise[:, :, None] * surprise[:, None, :] / total[:, None, None]
            determinant += np.log(total)
            gain = spread / total
            state = state + gain[:, None] * surprise
            spread = spread * (1 - gain)
        state = state * memory[:, None]
        spread = memory**2 * spread + renewal
    line, cross = squares[:, :2, :2], squares[:, :2, 2]
    fitted = np.linalg.solve(line, cross[:, :, None])[:, :, 0]
    rest = np.maximum(squares[:, 2, 2] - (cross * fitted).sum(axis=1), _FLOOR)
    freedom = int(np.count_nonzero(seen)) - 2
    likelihood = -0.5 * (determinant + np.log(np.linalg.det(line)) + freedom * np.log(rest))
    return likelihood, rest / freedom
