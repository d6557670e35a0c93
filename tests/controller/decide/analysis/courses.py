"""Courses of a KPI, made of a level, a daily profile, a line and noise with memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from controller.model import Floats, JudgedKpi, KpiCourse, Role, Track
from exporter.metric import Direction, Unit
from tests.controller.decide.series import judged

HOUR, DAY = 3600.0, 86400.0
END = 20_000 * DAY + 3 * HOUR  # three in the night
STEP = 360.0


def track(values: Floats, step: float = STEP, end: float = END) -> Track:
    """Return a track that is answered whole."""
    times = end - step * np.arange(values.size - 1, -1, -1, dtype=float)
    return Track(end - step * values.size, end, step, times, values)


def wave(times: Floats, swing: float = 1.0) -> Floats:
    """Return a daily wave of half-height `swing`."""
    found: Floats = swing * np.sin(2 * np.pi * times / DAY)
    return found


def past(rng: np.random.Generator, days: int = 7, swing: float = 0.0, sd: float = 1.0, level: float = 0.0) -> Track:
    """Return hourly levels of some days that end where the window begins."""
    empty = track(np.zeros(24 * days), HOUR, END - DAY)
    values = level + wave(empty.times - HOUR / 2, swing) + sd * rng.normal(size=24 * days)
    return replace(empty, values=values)


def course(values: Floats, before: Track | None = None, kpi: str = "sales") -> KpiCourse:
    """Return a day of a KPI, with no days before unless they are given."""
    none = track(np.empty(0), HOUR, END - DAY)
    return KpiCourse(kpi, track(values), none if before is None else before)


def item(
    role: Role = Role.PRIMARY,
    direction: Direction = Direction.HIGHER,
    unit: Unit = Unit.NONE,
    *,
    name: str = "sales",
    limit: float | None = None,
    band: tuple[float, float] | None = None,
) -> JudgedKpi:
    """Return a KPI with a margin of 0.1."""
    found = judged(role, name=name)
    kpi = replace(found.kpi, direction=direction, unit=unit, band=band, margin=0.1)
    return JudgedKpi(kpi, role, 0.1, limit=limit)
