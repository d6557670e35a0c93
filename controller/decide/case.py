"""A canary as data: the series of both arms and of their A/A history, and what a judge answers.

Whoever judges (our verdict, or a rebuild of somebody else's) takes a `Case` and returns an `Outcome`; so the judge as a
service, replay and the benchmark share one language. Points are one scrape (or one evaluation) each, on the same
timestamps in both arms, never from overlapping windows:

* gauge: a number, NaN where it is missing; shape [T];
* counter: events and trials *since the point before*; shape [T, 2];
* histogram: sum, count, and cumulative counts per bucket bound, *since the point before*; shape [T, 2 + B].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from controller.model import Floats, Role, Verdict
from controller.model import MarginUnit as MarginUnit  # noqa: PLC0414 - part of this language
from exporter.metric import Direction


class SeriesKind(StrEnum):
    """What a point is."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class MetricCase:
    """One metric of a canary.

    Attributes:
        name: as people know it.
        role: primary (must get better) or guardrail (must not get worse by more than its margin).
        kind: what a point is.
        direction: which change is good.
        margin: harm that a promotion must rule out (guardrails), in `margin_unit`.
        margin_unit: absolute, relative to the comparison arm's level, or its standard deviations per point.
        canary: shape [T, ...] as the kind says.
        comparison: same shape.
        history_canary: the canary arm while it had the comparison's values; shape [H, ...].
        history_comparison: same shape as `history_canary`.
        bounds: upper bounds of a histogram's buckets, ascending, without +Inf; () otherwise.
        objective: for a histogram: judge the share of observations above this bound instead of the mean.
        tolerated: harm up to which nothing is proven, in `margin_unit`; 0 rolls back any proven harm.
    """

    name: str
    role: Role
    kind: SeriesKind
    direction: Direction
    margin: float
    margin_unit: MarginUnit
    canary: Floats
    comparison: Floats
    history_canary: Floats
    history_comparison: Floats
    bounds: tuple[float, ...] = ()
    objective: float | None = None
    tolerated: float = 0.0


@dataclass(frozen=True)
class Case:
    """A canary: `planned` points at its planned end, `alpha` the chance of a false decision that is accepted."""

    id: str
    planned: int
    alpha: float
    metrics: tuple[MetricCase, ...]


@dataclass(frozen=True)
class MetricOutcome:
    """What a judge says of one metric, in the metric's unit; NaN where a judge knows no such number.

    Attributes:
        name: the metric.
        estimate: canary minus comparison.
        low, high: interval around it.
        mde: minimum detectable effect at the planned end.
        n: points that were judged.
    """

    name: str
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    mde: float = np.nan
    n: int = 0


@dataclass(frozen=True)
class Outcome:
    """A judge's answer; `decided_at` is the index of the last point it needed, None while it is not decided."""

    id: str
    verdict: Verdict
    decided_at: int | None
    reasons: tuple[str, ...]
    metrics: tuple[MetricOutcome, ...]


Judge = Callable[[Case], Outcome]
