"""One KPI, studied: the window's quality, season, trend, level and standing, one after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.decide.analysis import level, quality, season, trend
from controller.decide.analysis.belief import Belief
from controller.decide.analysis.finding import Finding, FindingKind
from controller.decide.analysis.level import Aims, Standing
from controller.model import Floats, JudgedKpi, KpiCourse, MarginUnit, Role

ENOUGH_HOURS = 24  # hours of history from which it counts that none of them reached the goal
_NOTHING = np.empty(0)


@dataclass(frozen=True)
class Study:
    """What is known of one KPI that has a level.

    Attributes:
        judged: the KPI with its role.
        level: over the window, in its unit.
        findings: everything that was found, the level first.
        standings: against goal, limit and band, as far as there are any.
        trend: None when it cannot be told.
        spread: standard deviation of the window's points, in the KPI's unit; NaN when not known.
    """

    judged: JudgedKpi
    level: float
    findings: tuple[Finding, ...]
    standings: tuple[Standing, ...] = ()
    trend: trend.Trend | None = None
    spread: float = math.nan

    @property
    def margin(self) -> float:
        """The KPI's margin in its own unit: what a difference that matters is; NaN when not known."""
        scale = {MarginUnit.ABSOLUTE: 1.0, MarginUnit.RELATIVE: abs(self.level), MarginUnit.SD: self.spread}
        return self.judged.margin * scale[self.judged.margin_unit]

    @property
    def found(self) -> dict[FindingKind, tuple[Finding, ...]]:
        """The findings by kind."""
        return {kind: tuple(item for item in self.findings if item.kind is kind) for kind in FindingKind}


def study(judged: JudgedKpi, now: float, earlier: float | None, course: KpiCourse | None, aims: Aims) -> Study:
    """Return what a KPI says.

    Args:
        judged: the KPI.
        now: its level over the window, in its unit.
        earlier: its level over the window before, None when there was none.
        course: how it went; None when that could not be read.
        aims: what is wanted.
    """
    kpi = judged.kpi
    if course is None:
        standings = _standings(judged, now, None, aims)
        found = (level.finding(kpi, now, None, earlier), *_held(kpi.name, standings), *_goal(judged, aims, _NOTHING))
        return Study(judged, now, found, standings)
    checked = quality.check(kpi, course.window)
    past = quality.check(kpi, course.past)
    profile = season.learn(past.times, past.values, course.window.end - course.window.start)
    values = checked.values - profile.at(checked.times)
    line = trend.fit(values)
    believed = level.belief(now, values, None if line is None else line.noise)
    standings = _standings(judged, now, believed, aims)
    findings = (
        level.finding(kpi, now, believed, earlier),
        *(() if line is None else (trend.finding(kpi, line),)),
        *_held(kpi.name, standings),
        *_goal(judged, aims, past.values),
        *checked.findings,
        profile.finding(kpi.name),
    )
    seen = values[np.isfinite(values)]
    return Study(judged, now, findings, standings, line, float(seen.std()) if seen.size else math.nan)


def _standings(judged: JudgedKpi, now: float, believed: Belief | None, aims: Aims) -> tuple[Standing, ...]:
    kpi, found = judged.kpi, []
    if judged.role is Role.PRIMARY and aims.goal is not None:
        found.append(level.stand(now, believed, level.goals(kpi, aims.goal), f"its goal {aims.goal:g}"))
    if judged.limit is not None:
        found.append(level.stand(now, believed, level.limits(judged), f"its limit {judged.limit:g}"))
    if (band := aims.band(kpi)) is not None:
        found.append(level.stand(now, believed, band, f"its band [{band[0]:g}, {band[1]:g}]"))
    return tuple(found)


def _held(kpi: str, standings: tuple[Standing, ...]) -> tuple[Finding, ...]:
    """Return the standings as findings: each value is how far outside the level lies, in the KPI's unit."""
    return tuple(Finding(kpi, FindingKind.GOAL, item.text, item.confidence, item.short) for item in standings)


def _goal(judged: JudgedKpi, aims: Aims, past: Floats) -> tuple[Finding, ...]:
    """Return what stands against ever meeting the goal: it is impossible, or no hour of the `past` days, [H], did."""
    kpi, goal = judged.kpi, aims.goal
    if judged.role is not Role.PRIMARY or goal is None:
        return ()
    if (why := level.unreachable(kpi, goal)) is not None:
        return (Finding(kpi.name, FindingKind.GOAL, why, 1.0, goal),)
    hours = past[np.isfinite(past)]
    low, high = level.goals(kpi, goal)
    if hours.size < ENOUGH_HOURS or ((hours >= low) & (hours <= high)).any():
        return ()
    best = float(hours.max() if math.isfinite(low) else hours.min())
    text = f"none of the last {hours.size} hours met the goal {goal:g}: the best was {best:.4g}; it may be out of reach"
    return (Finding(kpi.name, FindingKind.GOAL, text, 1.0, best),)
