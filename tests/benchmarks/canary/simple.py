"""Simple judges of every kind of point, so that the benchmark's own parts are tested without the real ones."""

from __future__ import annotations

import numpy as np

from controller.decide.case import Case, MetricCase, MetricOutcome, Outcome, SeriesKind
from controller.model import Floats, Role, Verdict
from exporter.metric import Direction

FIRST = 20  # points before the first look


def values(points: Floats, kind: SeriesKind) -> Floats:
    """Return one number per point: the gauge, or events per trial, or seconds per request."""
    return points if kind is SeriesKind.GAUGE else points[:, 0] / np.maximum(points[:, 1], 1.0)


def looks(metric: MetricCase) -> tuple[Floats, Floats]:
    """Return the mean difference after each point, good is positive, and half of its interval; each of shape [T]."""
    canary, comparison = (values(points, metric.kind) for points in (metric.canary, metric.comparison))
    before = values(metric.history_canary, metric.kind) - values(metric.history_comparison, metric.kind)
    sign = 1.0 if metric.direction is Direction.HIGHER else -1.0
    count = np.arange(1, canary.size + 1)
    estimate = sign * (np.cumsum(canary - comparison) / count - before.mean())
    return estimate, 7.0 * before.std() / np.sqrt(count)


def eager(case: Case) -> Outcome:
    """Promote at a clear benefit of the primary, roll back at a clear harm of any metric, whichever is first."""
    ends: list[tuple[int, Verdict]] = []
    shown = []
    for metric in case.metrics:
        estimate, half = looks(metric)
        harm, benefit = estimate < -half, estimate > half
        ends += [(int(at), Verdict.ROLLBACK) for at in np.flatnonzero(harm) if at >= FIRST]
        if metric.role is Role.PRIMARY:
            ends += [(int(at), Verdict.PROCEED) for at in np.flatnonzero(benefit) if at >= FIRST]
        shown.append((metric.name, estimate, half))
    at, verdict = min(ends, default=(len(case.metrics[0].canary) - 1, Verdict.INCONCLUSIVE))
    metrics = tuple(_numbers(name, estimate[: at + 1], half[: at + 1]) for name, estimate, half in shown)
    if verdict is Verdict.INCONCLUSIVE and at + 1 < case.planned:
        return Outcome(case.id, Verdict.UNDECIDED, None, ("it needs more points",), metrics)
    return Outcome(case.id, verdict, at, ("the first interval without 0 decides",), metrics)


def _numbers(name: str, estimate: Floats, half: Floats) -> MetricOutcome:
    now, width = float(estimate[-1]), float(half[-1])
    return MetricOutcome(name, now, now - width, now + width, n=len(estimate))


def hasty(case: Case) -> Outcome:
    """Promote everything at its first point."""
    return Outcome(case.id, Verdict.PROCEED, 0, ("why not",), ())
