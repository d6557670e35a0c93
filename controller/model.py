"""Values that pass between the controller's parts. No IO, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from exporter.metric import Kpi

Floats = NDArray[np.float64]


class Verdict(StrEnum):
    """What a look at a canary says. `UNDECIDED` asks for more data; the other four end it."""

    UNDECIDED = "undecided"
    PROCEED = "proceed"
    ROLLBACK = "rollback"
    INCONCLUSIVE = "inconclusive"
    BLIND = "blind"


class Role(StrEnum):
    """A canary must improve the primary KPI, and must not harm a guardrail by more than its margin."""

    PRIMARY = "primary"
    GUARDRAIL = "guardrail"


class MarginUnit(StrEnum):
    """What a non-inferiority margin is measured in: the KPI's unit, the comparison arm's level, or its spread."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    SD = "sd"


@dataclass(frozen=True)
class JudgedKpi:
    """A KPI with what a configuration gives it.

    Attributes:
        kpi: the KPI.
        role: primary or guardrail.
        margin: non-inferiority margin, in `margin_unit`.
        margin_unit: what `margin` and `tolerated` are measured in.
        limit: level that must not be crossed, in the KPI's unit: an upper one when lower is better, else a lower one.
        tolerated: harm up to which nothing is proven, in `margin_unit`; 0 rolls back any proven harm.
    """

    kpi: Kpi
    role: Role
    margin: float
    margin_unit: MarginUnit = MarginUnit.ABSOLUTE
    limit: float | None = None
    tolerated: float = 0.0


@dataclass(frozen=True)
class Window:
    """A stretch of time in unix seconds, `start` < t <= `end`."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Length in seconds, never negative."""
        return max(0.0, self.end - self.start)


@dataclass(frozen=True)
class ArmSeries:
    """One arm of one KPI on the scrape grid. Shapes: every array is [T]; missing points are NaN.

    Attributes:
        values: the KPI's value per point, in its unit (events / trials for counters; 0 at points without trials).
        weights: how much data a point rests on: trials for counters (0 is a point in time at which nothing happened),
            1 for gauges.
    """

    values: Floats
    weights: Floats


@dataclass(frozen=True)
class PairedSeries:
    """Canary and comparison arm, point by point at the same evaluation timestamps, where both have data.

    Attributes:
        times: unix seconds (or the points' numbers), shape [N].
        values: the arms' values, canary first, in the KPI's unit, shape [N, 2]; 0 at points without trials.
        trials: what the values of a counter rest on, shape [N, 2]; None for gauges.
        expected: points that the grid has between start and end; the rest are missing.
        behind: points by which the arm that lags most is behind the other at the end.
        traffic: by how much the canary's share of traffic (as odds) is planned to exceed the history's, shape [N];
            None while it does not.
    """

    times: Floats
    values: Floats
    trials: Floats | None
    expected: int
    behind: int = 0
    traffic: Floats | None = None

    @property
    def count(self) -> int:
        """Number of points that both arms have."""
        return int(self.times.size)

    @property
    def difference(self) -> Floats:
        """Canary minus comparison, shape [N]."""
        found: Floats = self.values[:, 0] - self.values[:, 1]
        return found

    @property
    def weight(self) -> Floats:
        """Information per point, shape [N]: N1 N0 / (N1 + N0) trials for counters, 1 for gauges."""
        if self.trials is None:
            return np.ones(self.count)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            canary, other = self.trials[:, 0], self.trials[:, 1]
            return np.nan_to_num(canary / (canary + other) * other)

    def mean(self, arm: int) -> float:
        """Return the level of the canary (0) or comparison (1) arm; NaN without data."""
        if self.trials is None:
            return _mean(self.values[:, arm])
        total = float(self.trials[:, arm].sum())
        return float(self.values[:, arm] @ self.trials[:, arm]) / total if total > 0 else float("nan")

    def spread(self, arm: int) -> float:
        """Return the standard deviation per point of an arm; NaN for fewer than 2 points."""
        values = self.values[:, arm]
        if values.size < 2:  # noqa: PLR2004 - a deviation needs two points
            return float("nan")
        scale = float(np.abs(values - values[0]).max())
        return scale * float(np.std((values - values[0]) / scale)) if scale > 0 else 0.0


def _mean(values: Floats) -> float:
    """Return a mean that does not overflow; NaN of nothing."""
    if not values.size:
        return float("nan")
    scale = float(np.abs(values).max())
    return scale * float(np.mean(values / scale)) if scale > 0 else 0.0


@dataclass(frozen=True)
class KpiEvidence:
    """What a verdict on one KPI rests on: the canary so far, and the A/A history of the same arms."""

    judged: JudgedKpi
    canary: PairedSeries
    history: PairedSeries


@dataclass(frozen=True)
class KpiSample:
    """Evidence on one KPI with what it was read by: the query, and the SHA-256 of the samples it answered."""

    evidence: KpiEvidence
    query: str
    digest: str


@dataclass(frozen=True)
class Level:
    """A KPI's level over a window; `content` says what was found where there is no number."""

    kpi: str
    content: str
    value: float | None


@dataclass(frozen=True)
class Track:
    """A KPI's levels over adjoining stretches of equal length, as they were answered: some may be missing or absurd.

    Attributes:
        start, end: of the whole, unix seconds.
        step: length of a stretch in seconds.
        times: ends of the stretches that were answered, unix seconds, shape [N].
        values: their levels, in the KPI's unit; may be NaN or infinite; shape [N].
    """

    start: float
    end: float
    step: float
    times: Floats
    values: Floats

    @property
    def expected(self) -> int:
        """Number of stretches between start and end."""
        return max(0, round((self.end - self.start) / self.step))


@dataclass(frozen=True)
class KpiCourse:
    """How a KPI went in the control arm: over a window, and hour by hour on the days before it (maybe none)."""

    kpi: str
    window: Track
    past: Track


@dataclass(frozen=True)
class GoldenResult:
    """What the golden cases said of some parameter values."""

    passed: bool
    cases: int
    seconds: float
    failures: tuple[str, ...]
