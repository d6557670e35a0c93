"""Canaries cut out of a record: real ones by when they ran, placebo ones wherever all arms had the same values.

A placebo canary is treated as if it had been started at its first point: the warm-up is not judged, and the A/A history
ends where it starts. Points of the history that are not A/A stay as gaps, so that its distance to the canary is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.decide.case import Case, MetricCase, SeriesKind
from controller.decide.headroom import settled
from controller.model import JudgedKpi, Window
from controller.replay.record import Course, Flags, Record

_EDGE = 1e-6  # steps by which a time may miss its point of the grid


@dataclass(frozen=True)
class Cut:
    """Which points of a record make a canary.

    Attributes:
        name: of the case.
        start: unix seconds.
        past: indices of the history's first point and of the point after its last, which precedes the first judged one.
        history: whether a point of that stretch is A/A and before the start, shape [H].
        points: indices of the judged points, ascending, shape [N].
    """

    name: str
    start: float
    past: slice
    history: Flags
    points: NDArray[np.intp]


@dataclass(frozen=True)
class Plan:
    """A placebo canary in points: judged ones, those until it has settled, of history, and from start to start."""

    length: int
    lead: int
    history: int
    every: int

    @classmethod
    def of(cls, step: float, *, length: int, warmup: float, history: float, every: float) -> Plan:
        """Return the plan for times in seconds."""
        lead = math.ceil(warmup / step - _EDGE) + 1
        return cls(length, lead, max(0, round(history / step)), max(1, round(every / step)))


def placebos(record: Record, window: Window, plan: Plan) -> tuple[tuple[Cut, ...], int]:
    """Return the placebo canaries that fit into a window, and how many were left out because a real one ran."""
    first, end = (int(np.searchsorted(record.times, at - _EDGE * record.step)) for at in (window.start, window.end))
    end += bool(end < record.times.size)  # `window.end` itself belongs to the window
    taken = plan.lead + plan.length
    found, left_out = [], 0
    for start in range(first, end - taken + 1, plan.every):
        if not record.same[start : start + taken].all():
            left_out += 1
            continue
        past = slice(max(0, start - plan.history), start + plan.lead)
        history = record.same[past].copy()
        history[start - past.start :] = False
        points = np.arange(start + plan.lead, start + taken)
        found.append(Cut(f"placebo-{start}", float(record.times[start]), past, history, points))
    return tuple(found), left_out


def exposed(record: Record, name: str, windows: tuple[Window, ...], warmup: float, history: float) -> Cut:
    """Return the canary that ran in these windows (at least one); `warmup` and `history` are in seconds."""
    times, start = record.times, windows[0].start
    edge = _EDGE * record.step
    judged = np.zeros(times.size, dtype=bool)
    for window in windows:
        judged |= (times >= window.start + warmup + record.step - edge) & (times <= window.end + edge)
    points = np.flatnonzero(judged)
    begin = int(np.searchsorted(times, start - history - edge))
    end = int(points[0]) if points.size else int(np.searchsorted(times, start))
    past = slice(min(begin, end), end)
    return Cut(name, start, past, record.same[past] & (times[past] < start - record.step / 2), points)


def case(record: Record, cut: Cut, *, planned: int, alpha: float) -> Case:
    """Return a cut as what judges take."""
    return Case(cut.name, planned, alpha, tuple(_metric(course, cut) for course in record.courses))


def _metric(course: Course, cut: Cut) -> MetricCase:
    judged, (canary, comparison) = course.judged, course.points(cut.points)
    before, known = course.points(cut.past), cut.history.copy()
    if course.kind is not SeriesKind.GAUGE:
        known[:1] = False  # to a live look, the first scrape only serves the second one's increment
    for arm in before:
        arm[~known] = np.nan
    judged = _with_limit(course, cut.past, known)
    return MetricCase(
        name=judged.kpi.name,
        role=judged.role,
        kind=course.kind,
        direction=judged.kpi.direction,
        margin=judged.margin,
        margin_unit=judged.margin_unit,
        canary=canary,
        comparison=comparison,
        history_canary=before[0],
        history_comparison=before[1],
        tolerated=judged.tolerated,
    )


def _with_limit(course: Course, past: slice, known: Flags) -> JudgedKpi:
    """Return the KPI; a guardrail with a limit as a canary that begins after the known points [H] is judged by it."""
    if course.judged.limit is None:
        return course.judged
    keep = np.zeros(course.canary.values.size, dtype=bool)
    keep[past] = known
    return settled(course.judged, course.paired(np.arange(keep.size, dtype=float), keep))
