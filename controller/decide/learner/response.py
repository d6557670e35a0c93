"""The learnt model of one response: what a change does to it, how sure that is, and whether the model still holds.

Innovation check: the squared standardised errors of the last six predictions sum to more than the 99 % quantile of
chi-squared only when the model is wrong or the service has changed; then everything is believed less (covariance x 2).
Calibration: the intervals are widened or narrowed by the root mean square of past standardised errors, recent ones
first, so that they hold what is measured as often as they say even where the model is wrong.
"""

from __future__ import annotations

import math

import numpy as np

from controller.decide.learner.bank import Bank, Prior
from controller.decide.learner.space import Space
from controller.model import Floats

WATCHED = 6  # predictions that the innovation check looks at
SURPRISING = 16.8  # 99 % quantile of chi-squared with that many degrees of freedom
DOUBT = 2.0  # factor on the covariance when the check fails
CALIBRATION_PRIOR = 20.0  # predictions that calibration counts as perfect before the first one
CALIBRATION_MEMORY = 0.98  # weight of an error relative to the next one
NARROWEST, WIDEST = 0.9, 3.0
TINY = 1e-300  # in place of a variance that underflowed


class Response:
    """One response of the service.

    Args:
        space: the parameters.
        prior: belief before any measurement.
    """

    def __init__(self, space: Space, prior: Prior) -> None:
        self._space = space
        self._bank = Bank(prior)
        self._mixture: tuple[Floats, Floats] | None = None
        self._errors: list[float] = []
        self._squares = self._counted = CALIBRATION_PRIOR
        self.measured = 0
        self.doubts = 0
        self.level_known = False

    @property
    def calibration(self) -> float:
        """Factor on every standard deviation that is shown or decided by."""
        return min(max(math.sqrt(self._squares / self._counted), NARROWEST), WIDEST)

    def advance(self, days: float) -> None:
        """Let time pass, in days; none when the clock went back."""
        if days > 0:
            self._bank.advance(days)
            self._mixture = None

    def see_level(self, row: Floats, level: float, variance: float) -> None:
        """Learn from the level under the values of `row` [A], measured with that variance."""
        features = self._space.features(row[None])[0]
        if self.level_known:
            self._bank.update(np.append(features, 1.0), level, variance)
        else:
            self._bank.first_level(features, level, variance)
            self.level_known = True
        self._mixture = None

    def learn(self, base: Floats, tried: Floats, effect: float, error: float) -> None:
        """Learn from a canary's effect: values of rows [A] `tried` against `base`, with its standard error.

        A canary that tried nothing else than its base teaches nothing.
        """
        difference = np.append(self._space.features(tried[None])[0] - self._space.features(base[None])[0], 0.0)
        if not difference.any():
            return
        expected, variance = self.effects(base, tried[None])
        standardised = (effect - float(expected[0])) ** 2 / max(float(variance[0]) + error**2, TINY)
        self._squares = CALIBRATION_MEMORY * self._squares + min(standardised, 16.0)
        self._counted = CALIBRATION_MEMORY * self._counted + 1.0
        self._bank.update(difference, effect, error**2)
        self.measured += 1
        self._errors = [*self._errors, standardised][-WATCHED:]
        if len(self._errors) == WATCHED and sum(self._errors) > SURPRISING:
            self._bank.inflate(DOUBT)
            self._errors = []
            self.doubts += 1
        self._mixture = None

    def inflate(self) -> None:
        """Believe everything less, as after a failed innovation check: the service is known to have changed."""
        self._bank.inflate(DOUBT)
        self._mixture = None

    def effects(self, base: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Return mean [N] and variance [N] of the effects of rows [N, A] against `base` [A], not calibrated."""
        difference = self._space.features(rows) - self._space.features(base[None])
        return self._predict(np.hstack([difference, np.zeros((len(rows), 1))]))

    def levels(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return mean [N] and variance [N] of the levels under rows [N, A], not calibrated; see `level_known`."""
        return self._predict(np.hstack([self._space.features(rows), np.ones((len(rows), 1))]))

    def slopes(self, base: Floats) -> tuple[Floats, Floats]:
        """Return what a coordinate unit upwards does at `base` [A], and its standard deviation, each [numbers].

        The derivative of the features at the base; squares and products included.
        """
        count = len(self._space.numbers)
        step = 1e-4
        ups = np.repeat(base[None], count, axis=0)
        ups[np.arange(count), np.arange(count)] += step * np.array([axis.half for axis in self._space.numbers])
        mean, variance = self.effects(base, ups)
        return mean / step, np.sqrt(variance) / step * self.calibration

    def _predict(self, design: Floats) -> tuple[Floats, Floats]:
        if self._mixture is None:
            self._mixture = self._bank.mixture()
        mean, covariance = self._mixture
        variance: Floats = np.einsum("nf,nf->n", design @ covariance, design)
        return design @ mean, np.maximum(variance, 0.0)
