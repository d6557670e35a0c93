"""Welch's t-test per metric as people run it: once at the planned end, or at every point ("peeking").

Welch, Biometrika 34 (1947); degrees of freedom after Satterthwaite. Points without a number are dropped per arm; points
are taken to be independent; nothing is corrected for several metrics or looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from controller.decide.case import Case, MetricOutcome, Outcome
from controller.decide.rivals import answer, series
from controller.decide.rivals.signals import first, signals
from controller.model import Floats

LEAST = 2
"""Points per arm that a variance needs."""


@dataclass(frozen=True)
class WelchSettings:
    """How the test is used.

    Attributes:
        peeking: test at every point from `first_look` on and stop at the first significant one.
        first_look: points before the first test.
        alpha: below it a two-sided p-value is significant; None: the case's.
    """

    peeking: bool = False
    first_look: int = 20
    alpha: float | None = None


@dataclass(frozen=True)
class Tests:
    """Welch's test on the first t + 1 points, for every t; shapes [T].

    Attributes:
        difference: canary minus comparison mean.
        error: its standard error.
        freedom: degrees of freedom.
        p_value: two-sided; NaN where an arm has fewer than two numbers.
        count: numbers of the arm that has fewer.
    """

    difference: Floats
    error: Floats
    freedom: Floats
    p_value: Floats
    count: Floats

    def outcome(self, name: str, look: int, alpha: float) -> MetricOutcome:
        """Return the metric's numbers at a look, with the interval of that single test."""
        half = float(stdtrit(self.freedom[look], 1 - alpha / 2)) * float(self.error[look])
        estimate = float(self.difference[look])
        return MetricOutcome(name, estimate, estimate - half, estimate + half, n=int(self.count[look]))


@dataclass(frozen=True)
class Welch:
    """The judge."""

    settings: WelchSettings = WelchSettings()

    def __call__(self, case: Case) -> Outcome:
        """Judge a case by Welch's t-test."""
        points = min(series.length(case), case.planned)
        least = min(self.settings.first_look, case.planned) if self.settings.peeking else case.planned
        early = answer.missing(case, points)
        if early is not None and (not case.metrics or points < least):
            return early
        alpha = case.alpha if self.settings.alpha is None else self.settings.alpha
        tests = [_run(series.arms(metric, points)) for metric in case.metrics]
        found = np.stack(
            [
                signals(metric.direction, test.difference, test.p_value, alpha)
                for metric, test in zip(case.metrics, tests, strict=True)
            ]
        )
        look, verdict = first(case.metrics, found[:, least - 1 :])
        if look is None and early is not None:
            return early
        at = points - 1 if look is None else least - 1 + look
        if look is None and all(np.isnan(test.p_value[at]) for test in tests):
            return answer.blind(case, at, "no metric has two numbers in both arms")
        reasons = tuple(
            f"{metric.name}: Welch p = {test.p_value[at]:.3g}" for metric, test in zip(case.metrics, tests, strict=True)
        )
        metrics = tuple(test.outcome(metric.name, at, alpha) for metric, test in zip(case.metrics, tests, strict=True))
        return Outcome(case.id, verdict, at, reasons, metrics)


def _run(arms: series.Arms) -> Tests:
    """Return the tests on every growing window; both arms have T >= 1 points."""
    canary, comparison = arms.canary.values, arms.comparison.values
    with np.errstate(all="ignore"):
        (level, own), (other_level, other) = _centred(canary), _centred(comparison)
        scale = float(max(np.max(np.abs(own), initial=0.0), np.max(np.abs(other), initial=0.0))) or 1.0
        count, mean, variance = _moments(own / scale, canary)
        other_count, other_mean, other_variance = _moments(other / scale, comparison)
        difference = (level - other_level) + scale * (mean - other_mean)
        own_part, other_part = variance / count, other_variance / other_count
        square = own_part + other_part
        freedom = square**2 / (own_part**2 / (count - 1) + other_part**2 / (other_count - 1))
        p_value = 2 * stdtr(freedom, -np.abs(difference / scale) / np.sqrt(square))
        error = scale * np.sqrt(square)
    p_value = np.where(square == 0, np.where(difference == 0, 1.0, 0.0), p_value)
    fewer = np.minimum(count, other_count)
    return Tests(
        difference=difference,
        error=np.where(fewer >= LEAST, error, np.nan),
        freedom=np.where(square == 0, 1.0, freedom),
        p_value=np.where(fewer >= LEAST, p_value, np.nan),
        count=fewer,
    )


def _centred(values: Floats) -> tuple[float, Floats]:
    """Return the first number and the distances from it; 0 where there is no number, so that constants stay exact."""
    good = np.isfinite(values)
    level = float(values[good][0]) if good.any() else 0.0
    return level, np.where(good, values - level, 0.0)


def _moments(distances: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return count, mean and unbiased variance of the numbers up to each point, shapes [T]."""
    count = np.cumsum(np.isfinite(values)).astype(float)
    total, squares = np.cumsum(distances), np.cumsum(distances**2)
    return count, total / count, np.maximum(squares - total**2 / count, 0.0) / (count - 1)
