"""A case's series as every rival reads them: one number per point and arm, and means over stretches of points.

Gauges, counters and histograms become a numerator and a denominator per point, so that a stretch's mean is one rule:
sum of numerators / sum of denominators. Whoever wants the value of a single point divides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.decide.case import Case, MetricCase, SeriesKind
from controller.model import Floats


@dataclass(frozen=True)
class Arm:
    """One arm of one metric.

    Attributes:
        numerator: gauge's value, counter's events, histogram's sum (or its observations above the objective); shape
            [T]; NaN where nothing was scraped.
        denominator: 1, trials, or observations; shape [T]; NaN where nothing was scraped.
    """

    numerator: Floats
    denominator: Floats

    def __len__(self) -> int:
        return int(self.numerator.size)

    @property
    def values(self) -> Floats:
        """Value per point, shape [T]; NaN where nothing was scraped and where the denominator is 0."""
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return np.where(self.denominator > 0, self.numerator / self.denominator, np.nan)

    @property
    def scraped(self) -> NDArray[np.bool_]:
        """Points at which something was scraped, shape [T]; a ratio without trials was scraped and has no number."""
        found: NDArray[np.bool_] = ~np.isnan(self.numerator) & ~np.isnan(self.denominator)
        return found

    def cut(self, start: int, stop: int) -> Arm:
        """Return the points start <= t < stop."""
        return Arm(self.numerator[start:stop], self.denominator[start:stop])

    def mean(self) -> float:
        """Return the pooled mean of all points; NaN without data."""
        good = self.scraped
        with np.errstate(over="ignore", invalid="ignore"):
            total = float(self.denominator[good].sum())
            return float(self.numerator[good].sum()) / total if total > 0 else float("nan")

    def padded(self, length: int) -> Arm:
        """Return the arm with points that were not scraped at its end, `length` points in all."""
        missing = np.full(max(0, length - len(self)), np.nan)
        return Arm(np.concatenate([self.numerator, missing]), np.concatenate([self.denominator, missing]))


@dataclass(frozen=True)
class Arms:
    """Both arms of a metric on the same points."""

    canary: Arm
    comparison: Arm

    def cut(self, start: int, stop: int) -> Arms:
        """Return both arms' points start <= t < stop."""
        return Arms(self.canary.cut(start, stop), self.comparison.cut(start, stop))


def length(case: Case) -> int:
    """Return the number of points that the longest arm of the case has."""
    return max((max(len(metric.canary), len(metric.comparison)) for metric in case.metrics), default=0)


def arms(metric: MetricCase, points: int) -> Arms:
    """Return both arms on `points` points; a shorter arm's missing end is not scraped, a longer one's is cut off."""
    canary, comparison = (read(metric, raw).padded(points) for raw in (metric.canary, metric.comparison))
    return Arms(canary, comparison).cut(0, points)


def read(metric: MetricCase, raw: Floats) -> Arm:
    """Return one of the metric's series as numerators and denominators.

    Raises:
        ValueError: an objective that is none of the histogram's bucket bounds.
    """
    if raw.size == 0:
        return Arm(np.empty(0), np.empty(0))
    if metric.kind is SeriesKind.GAUGE:
        return Arm(raw.astype(float), np.where(np.isnan(raw), np.nan, 1.0))
    if metric.kind is SeriesKind.COUNTER:
        return Arm(raw[:, 0].astype(float), raw[:, 1].astype(float))
    count = raw[:, 1].astype(float)
    if metric.objective is None:
        return Arm(raw[:, 0].astype(float), count)
    if metric.objective not in metric.bounds:
        raise ValueError(
            f"metric {metric.name!r}: objective {metric.objective:g} is no bucket bound; use one of {metric.bounds}"
        )
    return Arm(count - raw[:, 2 + metric.bounds.index(metric.objective)], count)
