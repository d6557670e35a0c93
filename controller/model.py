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


@dataclass(frozen=True)
class JudgedKpi:
    """A KPI with the role and the non-inferiority margin that a configuration gives it (in the KPI's unit)."""

    kpi: Kpi
    role: Role
    margin: float


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
    """Canary minus comparison arm, point by point at the same evaluation timestamps.

    Attributes:
        times: unix seconds of the points that both arms have, shape [N].
        difference: weighted differences in the KPI's unit, shape [N]; their mean is the estimate.
        expected: points that the grid has between start and end; the rest are missing.
        information: mean weight of a point: for counters N1 N0 / (N1 + N0) trials, for gauges 1 / 2.
        canary_mean: mean level of the canary arm.
        comparison_mean: mean level of the comparison arm.
    """

    times: Floats
    difference: Floats
    expected: int
    information: float
    canary_mean: float
    comparison_mean: float

    @property
    def count(self) -> int:
        """Number of points that both arms have."""
        return int(self.difference.size)


@dataclass(frozen=True)
class KpiEvidence:
    """What a verdict on one KPI rests on: the canary so far, and the A/A history of the same arms."""

    judged: JudgedKpi
    canary: PairedSeries
    history: PairedSeries


@dataclass(frozen=True)
class Change:
    """One parameter's move."""

    parameter: str
    old: float
    new: float


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
class GoldenResult:
    """What the golden cases said of some parameter values."""

    passed: bool
    cases: int
    seconds: float
    failures: tuple[str, ...]
