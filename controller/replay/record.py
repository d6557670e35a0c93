"""Both arms of every KPI over a long range, on one grid; canaries, real and placebo, are cut out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.decide.case import SeriesKind
from controller.model import ArmSeries, Floats, JudgedKpi, PairedSeries
from exporter.metric import GaugeReading, MeanReading

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """One KPI of both arms.

    Attributes:
        judged: the KPI, its role and its margin.
        canary: its arm, [T].
        comparison: the arms that it is compared with, pooled, [T].
        absent: arms of which there is no sample at all.
    """

    judged: JudgedKpi
    canary: ArmSeries
    comparison: ArmSeries
    absent: tuple[str, ...] = ()

    @property
    def kind(self) -> SeriesKind:
        """What a point of this KPI is in a case; a histogram's mean needs no buckets."""
        if isinstance(self.judged.kpi.reading, GaugeReading):
            return SeriesKind.GAUGE
        return SeriesKind.HISTOGRAM if isinstance(self.judged.kpi.reading, MeanReading) else SeriesKind.COUNTER

    def points(self, where: slice | NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return some points of both arms as a case has them; NaN is missing.

        Shapes: [N] for gauges; [N, 2] for the others, events (or a histogram's sum) and trials.
        """
        return self._points(self.canary, where), self._points(self.comparison, where)

    def _points(self, arm: ArmSeries, where: slice | NDArray[np.intp]) -> Floats:
        values, weights = arm.values[where], arm.weights[where]
        if self.kind is SeriesKind.GAUGE:
            return values.copy()
        found = np.stack([values * weights, weights], axis=1)
        found[~np.isfinite(values)] = np.nan
        return found

    def paired(self, times: Floats, keep: Flags) -> PairedSeries:
        """Return the kept points that both arms have; `times` and `keep` have shape [T]."""
        good = keep & np.isfinite(self.canary.values) & np.isfinite(self.comparison.values)
        trials = None
        if self.kind is not SeriesKind.GAUGE:
            trials = np.stack([self.canary.weights[good], self.comparison.weights[good]], axis=1)
        values = np.stack([self.canary.values[good], self.comparison.values[good]], axis=1)
        return PairedSeries(times[good], values, trials, expected=int(keep.sum()))


@dataclass(frozen=True)
class Record:
    """Every judged KPI over one range.

    Attributes:
        times: the scrape grid in unix seconds, [T].
        step: seconds between its points.
        same: whether all arms had the same values, as far as a journal tells, [T].
        courses: the KPIs, the primary one first.
    """

    times: Floats
    step: float
    same: Flags
    courses: tuple[Course, ...]
