"""Whole canaries for these tests: one metric of each kind, at random."""

from __future__ import annotations

import math

import numpy as np

from controller.decide.case import Case, MarginUnit, MetricCase, SeriesKind
from controller.model import Floats, Role
from exporter.metric import Direction
from tests.controller.decide.series import noise

HISTORY = 480
BOUNDS = (0.1, 0.5, 1.0)


def gauge(
    canary: Floats,
    history: Floats,
    *,
    name: str = "level",
    role: Role = Role.PRIMARY,
    direction: Direction = Direction.HIGHER,
    margin: float = 0.5,
    unit: MarginUnit = MarginUnit.ABSOLUTE,
    comparison: Floats | None = None,
    past: Floats | None = None,
) -> MetricCase:
    """Return a gauge; the comparison arm is 0 unless given (`past` in the history)."""
    other = np.zeros(canary.size) if comparison is None else comparison
    before = np.zeros(history.size) if past is None else past
    return MetricCase(name, role, SeriesKind.GAUGE, direction, margin, unit, canary, other, history, before)


def case(*metrics: MetricCase, planned: int, alpha: float = 0.05) -> Case:
    """Return a case."""
    return Case("case", planned, alpha, metrics)


def _counts(rng: np.random.Generator, points: int, rate: float, trials: float) -> Floats:
    made = rng.poisson(trials, points).astype(float)
    return np.stack([rng.binomial(made.astype(int), min(rate, 1.0)).astype(float), made], axis=1)


def _observations(rng: np.random.Generator, points: int, mean: float) -> Floats:
    """Return a histogram of exponential observations: sum, count, and cumulative counts up to `BOUNDS`."""
    count = rng.poisson(10, points)
    seen = [rng.exponential(mean, size) for size in count]
    below = [[float((one <= bound).sum()) for bound in BOUNDS] for one in seen]
    return np.column_stack([[one.sum() for one in seen], count.astype(float), np.array(below)])


def _random(rng: np.random.Generator, kind: str, points: int, worse: float) -> Floats:
    if kind == "gauge":
        return noise(rng, points, 0.5) + worse
    if kind == "rare":
        return _counts(rng, points, 0.003 * (1 + 2 * abs(worse)), 50)
    if kind == "counter":
        return _counts(rng, points, 0.3 * math.exp(0.1 * worse), 50)
    return _observations(rng, points, 0.3 * math.exp(0.3 * worse))


KINDS = {
    "gauge": SeriesKind.GAUGE,
    "still": SeriesKind.GAUGE,
    "rare": SeriesKind.COUNTER,
    "counter": SeriesKind.COUNTER,
    "histogram": SeriesKind.HISTOGRAM,
    "objective": SeriesKind.HISTOGRAM,
}


def metric(seed: int, kind: str, points: int, *, role: Role = Role.PRIMARY, effect: float = 0.0) -> MetricCase:
    """Return a metric of a kind (of `KINDS`) whose canary differs by an effect in a unit of its own."""
    rng = np.random.default_rng(seed)
    sizes, effects = (points, points, HISTORY, HISTORY), (effect, 0.0, 0.0, 0.0)
    if kind == "still":
        arms = [np.full(size, 0.3) for size in sizes]
        if effect:
            arms[0] = arms[0] + effect * noise(rng, points)
    else:
        arms = [_random(rng, kind, size, worse) for size, worse in zip(sizes, effects, strict=True)]
    histogram = KINDS[kind] is SeriesKind.HISTOGRAM
    return MetricCase(
        f"{kind} {seed % 1000}",
        role,
        KINDS[kind],
        list(Direction)[seed % 2],
        [0.05, 0.5, 1.0][seed % 3],
        list(MarginUnit)[seed % 3],
        arms[0],
        arms[1],
        arms[2],
        arms[3],
        BOUNDS if histogram else (),
        BOUNDS[1] if kind == "objective" else None,
    )
