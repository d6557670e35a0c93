"""The Mann-Whitney test per metric, once at the planned end.

Two-sided, normal approximation with corrections for ties and continuity (scipy). Points without a number are dropped
per arm; nothing is corrected for several metrics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import mannwhitneyu

from controller.decide.case import Case, MetricOutcome, Outcome
from controller.decide.rivals import answer, series
from controller.decide.rivals.signals import first, signals
from controller.model import Floats


@dataclass(frozen=True)
class MannWhitneySettings:
    """How the test is used.

    Attributes:
        alpha: below it a p-value is significant; None: the case's.
    """

    alpha: float | None = None


@dataclass(frozen=True)
class MannWhitney:
    """The judge."""

    settings: MannWhitneySettings = MannWhitneySettings()

    def __call__(self, case: Case) -> Outcome:
        """Judge a case at its planned end by the Mann-Whitney test."""
        points = series.length(case)
        early = answer.missing(case, points)
        if early is not None:
            return early
        alpha = case.alpha if self.settings.alpha is None else self.settings.alpha
        found, reasons, metrics = [], [], []
        tested = False
        for metric in case.metrics:
            arms = series.arms(metric, case.planned)
            canary, comparison = (arm.values[np.isfinite(arm.values)] for arm in (arms.canary, arms.comparison))
            p_value, dominance = compare(canary, comparison)
            tested |= not np.isnan(p_value)
            found.append(signals(metric.direction, np.array([dominance]), np.array([p_value]), alpha))
            reasons.append(f"{metric.name}: Mann-Whitney p = {p_value:.3g}")
            metrics.append(MetricOutcome(metric.name, _shift(canary, comparison), n=min(canary.size, comparison.size)))
        if not tested:
            return answer.blind(case, case.planned - 1, "no metric has numbers in both arms")
        _, verdict = first(case.metrics, np.stack(found))
        return Outcome(case.id, verdict, case.planned - 1, tuple(reasons), tuple(metrics))


def compare(canary: Floats, comparison: Floats) -> tuple[float, float]:
    """Return the p-value and P(canary > comparison) - P(canary < comparison); NaN and 0 when an arm is empty.

    Args:
        canary: finite numbers, shape [M].
        comparison: finite numbers, shape [N].
    """
    if canary.size == 0 or comparison.size == 0:
        return float("nan"), 0.0
    if min(canary.min(), comparison.min()) == max(canary.max(), comparison.max()):
        return 1.0, 0.0  # all tied: no variance to divide by
    result = mannwhitneyu(canary, comparison, method="asymptotic")
    return float(result.pvalue), 2 * float(result.statistic) / (canary.size * comparison.size) - 1


def _shift(canary: Floats, comparison: Floats) -> float:
    """Return the Hodges-Lehmann estimate: the median of all differences; NaN when an arm is empty."""
    if canary.size == 0 or comparison.size == 0:
        return float("nan")
    with np.errstate(over="ignore"):
        return float(np.median(canary[:, None] - comparison[None, :]))
