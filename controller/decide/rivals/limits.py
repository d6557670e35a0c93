"""Fixed limits as users of Flagger and Argo Rollouts write them, taken from what the metric's history looks like.

Those tools compare the canary's value with a number that somebody chose. Here that number is the comparison arm's mean
in the A/A history, less (or plus) what is tolerated in the bad direction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from controller.decide.case import MarginUnit, MetricCase, SeriesKind
from controller.decide.rivals import series
from exporter.metric import Direction


@dataclass(frozen=True)
class Limits:
    """Values low <= v <= high are good; NaN never is."""

    low: float
    high: float

    def keep(self, value: float) -> bool:
        """Return whether a value is good."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Tolerance:
    """How a limit is chosen.

    Attributes:
        relative: distance from the history's mean, as a share of its size.
        margin: never closer than the metric's own non-inferiority margin: a relative distance means nothing for a
            metric around 0.
        minimum: absolute lower limit of counters' ratios, where given, instead of the history's.
        maximum: absolute upper limit of counters' ratios, where given, instead of the history's.
    """

    relative: float = 0.1
    margin: bool = True
    minimum: float | None = None
    maximum: float | None = None

    def limits(self, metric: MetricCase) -> Limits | None:
        """Return the metric's limits, or None when its history has no number to set them by."""
        if metric.kind is SeriesKind.COUNTER and (self.minimum is not None or self.maximum is not None):
            low = -np.inf if self.minimum is None else self.minimum
            return Limits(low, np.inf if self.maximum is None else self.maximum)
        history = series.read(metric, metric.history_comparison)
        mean = history.mean()
        if not np.isfinite(mean):
            return None
        distance = self.relative * abs(mean)
        if self.margin:
            distance = max(distance, _margin(metric, history, mean))
        low = -np.inf if metric.direction is Direction.LOWER else mean - distance
        return Limits(low, np.inf if metric.direction is Direction.HIGHER else mean + distance)


def _margin(metric: MetricCase, history: series.Arm, mean: float) -> float:
    """Return the metric's margin in its unit, 0 where it has none."""
    if metric.margin_unit is MarginUnit.ABSOLUTE:
        return metric.margin
    if metric.margin_unit is MarginUnit.RELATIVE:
        return metric.margin * abs(mean)
    values = history.values[np.isfinite(history.values)]
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(values.std()) if values.size else 0.0
    return metric.margin * spread if np.isfinite(spread) else 0.0


def all_limits(tolerance: Tolerance, metrics: tuple[MetricCase, ...]) -> tuple[Limits, ...] | str:
    """Return the limits per metric, or the name of a metric that has none."""
    found = [tolerance.limits(metric) for metric in metrics]
    for metric, limits in zip(metrics, found, strict=True):
        if limits is None:
            return metric.name
    return tuple(limits for limits in found if limits is not None)
