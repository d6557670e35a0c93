"""Cases for these tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from controller.decide.case import Case, Judge, MarginUnit, MetricCase, SeriesKind
from controller.model import Floats, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.series import at_least, at_most

NOTHING = np.empty(0)


def metric(
    canary: Sequence[float] | Floats,
    comparison: Sequence[float] | Floats,
    *,
    history: Sequence[float] | Floats = (),
    name: str = "kpi",
    role: Role = Role.PRIMARY,
    kind: SeriesKind = SeriesKind.GAUGE,
    direction: Direction = Direction.HIGHER,
    margin: float = 0.0,
    unit: MarginUnit = MarginUnit.ABSOLUTE,
    bounds: tuple[float, ...] = (),
    objective: float | None = None,
) -> MetricCase:
    """Return a metric; both arms of the history are `history`."""
    past = np.asarray(history, dtype=float)
    now, other = np.asarray(canary, dtype=float), np.asarray(comparison, dtype=float)
    return MetricCase(name, role, kind, direction, margin, unit, now, other, past, past, bounds, objective)


def case(*metrics: MetricCase, planned: int | None = None, alpha: float = 0.05) -> Case:
    """Return a case that ends with its longest arm unless told otherwise."""
    longest = max((max(len(m.canary), len(m.comparison)) for m in metrics), default=0)
    return Case("case", longest if planned is None else planned, alpha, metrics)


def share(judge: Judge, cases: list[Case], verdict: Verdict = Verdict.ROLLBACK) -> int:
    """Return in how many cases a judge comes to a verdict."""
    return sum(judge(each).verdict is verdict for each in cases)


def near(found: int, rate: float, runs: int, slack: float = 0.0) -> bool:
    """Return whether a count is one that `rate`, give or take `slack`, explains (1 in 1000 on each side)."""
    return at_least(max(0.0, rate - slack), runs) <= found <= at_most(min(1.0, rate + slack), runs)
