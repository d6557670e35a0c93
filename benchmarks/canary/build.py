"""Cases from continuous series: the last `PLANNED` points are the canary, what is before them is its A/A history.

Arrays of both arms hold the canary arm first: shape [2, history + PLANNED] and more axes as the kind of metric says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from controller.decide.case import Case, MarginUnit, MetricCase, SeriesKind
from controller.model import Floats, Role
from exporter.metric import Direction

STEP: Final = 15.0  # seconds from point to point
PLANNED: Final = 240  # one hour
DAY: Final = 5760
HOUR: Final = 240
ALPHA: Final = 0.05
MARGIN: Final = 0.5  # standard deviations
LEVEL: Final = 10.0  # of gauges, in standard deviations: like most metrics they are far from 0, and so positive


@dataclass(frozen=True)
class Judged:
    """How a metric is judged."""

    name: str = "primary"
    role: Role = Role.PRIMARY
    direction: Direction = Direction.HIGHER
    bounds: tuple[float, ...] = ()
    objective: float | None = None


def during(length: int, effect: float, none: float = 0.0) -> Floats:
    """Return the effect per point: `none` in the history, `effect` in the canary; shape [length]."""
    series = np.full(length, none)
    series[-PLANNED:] = effect
    return series


def gauge(noise: Floats, effect: float, judged: Judged | None = None) -> MetricCase:
    """Return a gauge with this noise around its level, and `effect` standard deviations in the canary."""
    values = LEVEL + noise
    values[0] += during(noise.shape[1], effect)
    return metric(values, SeriesKind.GAUGE, judged or Judged())


def counter(events: Floats, trials: Floats, direction: Direction) -> MetricCase:
    """Return a counter ratio; both arrays have shape [2, N]. No point has more events than trials."""
    points = np.stack([np.minimum(events, trials), trials], axis=-1).astype(np.float64)
    return metric(points, SeriesKind.COUNTER, Judged(direction=direction))


def metric(points: Floats, kind: SeriesKind, judged: Judged) -> MetricCase:
    """Return the metric whose two arms are `points`."""
    return MetricCase(
        name=judged.name,
        role=judged.role,
        kind=kind,
        direction=judged.direction,
        margin=MARGIN,
        margin_unit=MarginUnit.SD,
        canary=points[0, -PLANNED:],
        comparison=points[1, -PLANNED:],
        history_canary=points[0, :-PLANNED],
        history_comparison=points[1, :-PLANNED],
        bounds=judged.bounds,
        objective=judged.objective,
    )


def case(*metrics: MetricCase) -> Case:
    """Return the canary of these metrics; its family names it."""
    return Case(id="", planned=PLANNED, alpha=ALPHA, metrics=metrics)
