"""Where a KPI stands: its level with its uncertainty, held against the goal, the limit and the band that it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from controller.decide.analysis.belief import Belief
from controller.decide.analysis.finding import Finding, FindingKind, percent
from controller.decide.analysis.noise import Noise
from controller.model import Floats, JudgedKpi
from exporter.metric import Direction, Kpi, Unit

SURE = 0.95  # probability from which a KPI is inside or outside, rather than near


@dataclass(frozen=True)
class Aims:
    """What is wanted of the levels.

    Attributes:
        goal: level wanted of the primary KPI, in its unit; None for as good as it gets.
        bands: by KPI, levels (low, high) in its unit that replace the KPI's own band.
    """

    goal: float | None = None
    bands: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def band(self, kpi: Kpi) -> tuple[float, float] | None:
        """Return the band of a KPI, None when it has none."""
        return self.bands.get(kpi.name, kpi.band)


class Place(StrEnum):
    """Where a level stands: inside and outside are sure; near is too close to tell."""

    INSIDE = "inside"
    NEAR = "near"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Standing:
    """A level held against one range.

    Attributes:
        place: inside, near or outside.
        inside: probability that the true level lies inside; by the level alone, 0 or 1, where its error is not known.
        short: by how much the level lies outside, in the KPI's unit; 0 when it does not.
        known: whether the level's error is known.
        wanted: the range in words.
    """

    place: Place
    inside: float
    short: float
    known: bool
    wanted: str

    @property
    def confidence(self) -> float:
        """Probability of what is said: of inside, of outside, or, when near, of the likelier of both."""
        return max(self.inside, 1 - self.inside) if self.known else 0.0

    @property
    def text(self) -> str:
        """The standing in words."""
        sure = f" ({percent(self.confidence)} sure)" if self.known else ""
        if self.place is Place.NEAR:
            return f"too near {self.wanted} to tell ({self.inside:.0%} likely inside)"
        if self.place is Place.INSIDE:
            return f"inside {self.wanted}{sure}"
        return f"outside {self.wanted}{sure}"


def belief(level: float, values: Floats, noise: Noise | None) -> Belief | None:
    """Return what is believed of a level whose noise is known, None without.

    Args:
        level: over the window, in the KPI's unit.
        values: the window's points, NaN where one is missing, shape [T].
        noise: of the points around their trend.
    """
    if noise is None:
        return None
    seen = np.isfinite(values)
    return noise.belief(level, seen / seen.sum())


def stand(level: float, believed: Belief | None, bounds: tuple[float, float], wanted: str) -> Standing:
    """Return where a level stands against a range; an end may be infinite, and belongs to it."""
    low, high = bounds
    short = max(low - level, level - high, 0.0)
    if believed is None or believed.error == 0:
        inside = 0.0 if short > 0 else 1.0
        return Standing(Place.OUTSIDE if short > 0 else Place.INSIDE, inside, short, believed is not None, wanted)
    above = believed.above(low) if math.isfinite(low) else 1.0
    beyond = believed.above(high) if math.isfinite(high) else 0.0
    inside = min(1.0, max(0.0, above - beyond))
    place = Place.INSIDE if inside >= SURE else Place.OUTSIDE if inside <= 1 - SURE else Place.NEAR
    return Standing(place, inside, short, known=True, wanted=wanted)


def limits(judged: JudgedKpi) -> tuple[float, float]:
    """Return the levels that a guardrail's limit allows; everything without one."""
    if judged.limit is None:
        return -math.inf, math.inf
    return (-math.inf, judged.limit) if judged.kpi.direction is Direction.LOWER else (judged.limit, math.inf)


def goals(kpi: Kpi, goal: float) -> tuple[float, float]:
    """Return the levels that meet a goal."""
    return (-math.inf, goal) if kpi.direction is Direction.LOWER else (goal, math.inf)


def unreachable(kpi: Kpi, goal: float) -> str | None:
    """Return why no level can ever meet a goal, None when one can."""
    low, high = goals(kpi, goal)
    if kpi.unit is Unit.RATIO and (low > 1 or high < 0):
        return f"the goal {goal:g} cannot be met: a ratio lies between 0 and 1"
    if kpi.unit in (Unit.SECONDS, Unit.COUNT) and high < 0:
        return f"the goal {goal:g} cannot be met: it never falls below 0"
    return None


def finding(kpi: Kpi, level: float, believed: Belief | None, earlier: float | None) -> Finding:
    """Return the level as a finding: its value is the level, in the KPI's unit."""
    low, high = (math.nan, math.nan) if believed is None else believed.interval()
    text = f"is {level:.4g}"
    if believed is not None and high > low:
        text += f" +- {(high - low) / 2:.2g}"
    if earlier is not None:
        text += f", {earlier:.4g} in the window before"
    return Finding(kpi.name, FindingKind.LEVEL, text, 0.95 if believed is not None else 0.0, level, low, high)
