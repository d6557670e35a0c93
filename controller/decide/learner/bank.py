"""A bank of Kalman filters for the coefficients of one response, one filter per guess at how the response behaves.

Each filter holds a normal belief about the coefficients of `Space.features` and of the level in the middle. Guesses
differ in the size of the coefficients, in how curved the response is, and in how fast it changes (forgetting: the
coefficients do a random walk). Every measurement weighs the guesses by how well they predicted it (multiple-model
estimation, Magill 1965), so that none of this has to be configured. Between measurements the mixture of all filters is
used through its mean and covariance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.model import Floats

SIZES = ((0.12, 1.0), (0.28, 1.0), (0.7, 1.0), (1.85, 1.0), (5.0, 0.02))
"""Of the coefficients, relative to the prior's standard deviation; each with how likely it is to begin with."""
CURVATURES = (0.3, 1.0)  # of the squares, relative to the slopes
TWIST = 0.4  # of the products of pairs, relative to the slopes
FORGETTING = (0.01, 0.05, 0.15)  # random walk per square root of a day, relative to the coefficients' size
SIGNS = ((1.0, 1.0), (0.0, 0.2), (-1.0, 0.1))  # the prior's slopes as given, none, and the other way: how likely
FINEST = 1e-12  # least variance of a measurement, relative to what was believed: below it rounding decides
PEAKED = -0.7  # bend of a response that is to be maximised: tuning it pays off because its best is somewhere inside
LEAST_WEIGHT = -7.0  # log weight below which no guess falls: a few canaries must not make the models too sure


@dataclass(frozen=True)
class Prior:
    """Belief about a response before anything was measured.

    Attributes:
        slope: mean effect of one unit of each number's coordinate, [numbers].
        sd: its standard deviation, [numbers].
        switch: standard deviation of the effect of each choice, [choice columns].
        level_drift: random walk of the level per square root of a day, in the response's unit; more for the guesses
            that forget faster.
        bend: mean of the squares' coefficients, relative to the slopes' standard deviation: below 0 for a response that
            is believed to have its highest point inside the bounds, above 0 for a lowest point, 0 for no belief.
    """

    slope: Floats
    sd: Floats
    switch: Floats
    level_drift: float
    bend: float = 0.0


class Bank:
    """The filters; state of F features and, last, the level.

    Args:
        prior: what is believed at the beginning.
    """

    def __init__(self, prior: Prior) -> None:
        count = prior.sd.size
        first, second = np.triu_indices(count, 1)
        guesses = [(size, curve, walk) for size in SIZES for curve in CURVATURES for walk in FORGETTING]
        signs = SIGNS if prior.slope.any() else SIGNS[:1]
        means, spreads, walks, weights = [], [], [], []
        for factor, believed in signs:
            for (size, likely), curvature, walk in guesses:
                sd = np.concatenate(
                    [
                        prior.sd * size,
                        np.hypot(prior.sd, prior.slope) * size * curvature,
                        np.sqrt(prior.sd[first] * prior.sd[second]) * size * TWIST,
                        prior.switch * size,
                    ]
                )
                bend = np.hypot(prior.sd, prior.slope) * size * prior.bend
                means.append(np.concatenate([prior.slope * size * factor, bend, np.zeros(sd.size - 2 * count + 1)]))
                spreads.append(np.append(sd, 0.0))
                walks.append(np.append(sd * walk, prior.level_drift * math.sqrt(walk / FORGETTING[0])))
                weights.append(believed * likely)
        self.mean = np.array(means)
        self.covariance = np.array([np.diag(spread**2) for spread in spreads])
        self._walk = np.array(walks) ** 2
        self._least = FINEST**2 * self.covariance.trace(axis1=1, axis2=2)
        self._log_weight = np.log(np.array(weights))

    @property
    def weight(self) -> Floats:
        """Probability of each guess, [G]."""
        weight = np.exp(self._log_weight - self._log_weight.max())
        share: Floats = weight / weight.sum()
        return share

    def advance(self, days: float) -> None:
        """Let time pass: what is known gets a little less certain."""
        diagonal = np.arange(self.mean.shape[1])
        self.covariance[:, diagonal, diagonal] += self._walk * days

    def first_level(self, features: Floats, level: float, variance: float) -> None:
        """Learn the level from its first measurement, made at `features` [F]; nothing was known of it before.

        The limit of an update when the level's variance goes to infinity: the level in the middle is what was measured
        minus what the coefficients make of the features, which it is correlated with from now on.
        """
        towards = self.covariance[:, :-1, :-1] @ features
        self.mean[:, -1] = level - self.mean[:, :-1] @ features
        self.covariance[:, -1, :-1] = self.covariance[:, :-1, -1] = -towards
        self.covariance[:, -1, -1] = towards @ features + np.maximum(variance, self._least)

    def update(self, row: Floats, measured: float, variance: float) -> None:
        """Learn from one measurement of row @ state, row [F + 1], with a normal error of that variance (above 0)."""
        known = self.covariance.diagonal(axis1=1, axis2=2).copy()
        least = np.maximum(FINEST * (np.sqrt(known) @ np.abs(row)) ** 2, self._least)
        towards = self.covariance @ row
        spread = np.maximum(towards @ row, 0.0) + np.maximum(variance, least)
        surprise = measured - self.mean @ row
        self._log_weight -= 0.5 * (np.log(spread) + surprise**2 / spread)
        self._log_weight = np.maximum(self._log_weight - self._log_weight.max(), LEAST_WEIGHT)
        gain = towards / spread[:, None]
        self.mean += gain * surprise[:, None]
        self.covariance -= gain[:, :, None] * towards[:, None, :]
        self.covariance = (self.covariance + self.covariance.transpose(0, 2, 1)) / 2
        diagonal = np.arange(row.size)
        self.covariance[:, diagonal, diagonal] = np.maximum(self.covariance[:, diagonal, diagonal], FINEST * known)

    def inflate(self, factor: float) -> None:
        """Believe everything less: every covariance times `factor`."""
        self.covariance *= factor

    def mixture(self) -> tuple[Floats, Floats]:
        """Return mean [F + 1] and covariance [F + 1, F + 1] of all guesses together."""
        weight = self.weight
        mean = weight @ self.mean
        away = self.mean - mean
        covariance = np.tensordot(weight, self.covariance, 1) + (weight[:, None] * away).T @ away
        return mean, covariance
