"""Does a KPI rise or fall over a window: a robust slope, and how sure it is that noise alone did not make it.

The slope is the median of the slopes between all pairs of points (Theil 1950, Sen 1968): up to 29 % of the points may
be wild. Its own interval takes points for independent, which a service's are not. The standard error here is that of a
least-squares slope in noise with memory (`noise.py`); in white noise the variance of a median of slopes is pi / 3 times
as large, and that factor is taken for all noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.decide.analysis.belief import Belief
from controller.decide.analysis.finding import Finding, FindingKind
from controller.decide.analysis.noise import LEAST, Noise, learn
from controller.model import Floats
from exporter.metric import Direction, Kpi

SURE = 0.95  # confidence from which a trend is told
_PRICE = math.pi / 3  # variance of a median of slopes over that of least squares, white normal noise


@dataclass(frozen=True)
class Trend:
    """How a KPI changes.

    Attributes:
        change: over the whole window, in the KPI's unit, with what is believed of it.
        noise: of the points around the line.
    """

    change: Belief
    noise: Noise

    @property
    def told(self) -> bool:
        """Whether it is sure enough to be told."""
        return self.change.sure >= SURE

    def worsens(self, kpi: Kpi) -> bool:
        """Whether it is told and goes the wrong way; a band has no wrong way before it is left."""
        wrong = {Direction.HIGHER: -1.0, Direction.LOWER: 1.0, Direction.BAND: 0.0}[kpi.direction]
        return self.told and wrong * self.change.estimate > 0


def fit(values: Floats) -> Trend | None:
    """Return the trend of a series on a regular grid, None when there are too few points to tell.

    Args:
        values: in the KPI's unit, NaN where a point is missing; shape [T].
    """
    seen = np.isfinite(values)
    if seen.sum() < LEAST:
        return None
    place = np.arange(values.size, dtype=float)
    slope = _slope(place[seen], values[seen])
    rest = values - slope * place
    noise = learn(rest - np.median(rest[seen]))
    lever = np.where(seen, place - place[seen].mean(), 0.0)
    return Trend(noise.belief(slope * values.size, lever * values.size / (lever @ lever), _PRICE), noise)


def _slope(place: Floats, values: Floats) -> float:
    """Return the median of the slopes between all pairs of points; shapes [N]."""
    first, second = np.triu_indices(place.size, 1)
    return float(np.median((values[second] - values[first]) / (place[second] - place[first])))


def finding(kpi: Kpi, trend: Trend) -> Finding:
    """Return the trend as a finding: its value is the change over the window, in the KPI's unit."""
    change, (low, high) = trend.change, trend.change.interval()
    if not trend.told:
        text = "no trend"
        if change.estimate != 0:
            text += f": {change.estimate:+.2g} over the window, which noise explains"
        return Finding(kpi.name, FindingKind.TREND, text, change.sure, change.estimate, low, high)
    way = "rises" if change.estimate > 0 else "falls"
    bad = ", the wrong way" if trend.worsens(kpi) else ""
    text = f"{way} by {abs(change.estimate):.2g} over the window{bad}"
    return Finding(kpi.name, FindingKind.TREND, text, change.sure, change.estimate, low, high)
