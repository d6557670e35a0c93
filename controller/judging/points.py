"""Series of a document -> arrays: whole lists at once; only what is wrong is looked at point by point.

A million points must cost little, so types are compared as sets and values converted by numpy. JSON's `true` and `"1"`
are no numbers here, although numpy would take them for some.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from controller.judging.plain import shown
from controller.judging.problems import Problems
from controller.model import Floats

_NUMBERS = frozenset({int, float})
_NUMBERS_OR_NULL = frozenset({int, float, type(None)})
_LISTS_OR_NULL = frozenset({list, type(None)})
_ROUNDING = 1e-6  # share of a count by which extrapolated buckets may exceed it, or fall


@dataclass(frozen=True)
class Points:
    """A series.

    Attributes:
        values: shape [T] (gauge), [T, 2] (counter) or [T, 2 + B] (histogram); NaN where missing.
        not_finite: how many points were NaN or infinite rather than null; they are missing too.
    """

    values: Floats
    not_finite: int = 0


def gauges(items: list[Any], place: str, problems: Problems) -> Points:
    """Return numbers or null as [T]; NaN and infinities are missing, and counted."""
    values = _floats(items) if set(map(type, items)) <= _NUMBERS_OR_NULL else None
    if values is None:
        problems.points(place, items, _gauge_problem)
        return Points(np.empty(0))
    finite = np.isfinite(values)
    not_finite = len(items) - int(finite.sum()) - items.count(None)
    return Points(np.where(finite, values, np.nan), not_finite) if not_finite else Points(values)


def counters(items: list[Any], place: str, problems: Problems) -> Points:
    """Return [events, trials] or null as [T, 2]; both finite and not negative."""
    if set(map(type, items)) <= _LISTS_OR_NULL:
        flat = list(chain.from_iterable(_NO_COUNT if point is None else point for point in items))
        if {len(point) for point in items if point is not None} <= {2} and set(map(type, flat)) <= _NUMBERS:
            values = _floats(flat)
            missing = items.count(None)
            if values is not None and int((values >= 0).sum()) == values.size - 2 * missing and not _infinite(values):
                return Points(values.reshape(-1, 2))
    problems.points(place, items, _counter_problem)
    return Points(np.empty((0, 2)))


def histograms(items: list[Any], place: str, problems: Problems, buckets: int) -> Points:
    """Return [sum, count, [cumulative counts per bound]] or null as [T, 2 + buckets]."""
    problem = _histogram_problem(buckets)
    if set(map(type, items)) <= _LISTS_OR_NULL:
        whole = [point for point in items if point is not None]
        if all(len(point) == 3 and type(point[2]) is list and len(point[2]) == buckets for point in whole):  # noqa: PLR2004
            absent = (math.nan,) * (2 + buckets)
            rows = (absent if point is None else (point[0], point[1], *point[2]) for point in items)
            flat = list(chain.from_iterable(rows))
            values = _floats(flat) if set(map(type, flat)) <= _NUMBERS else None
            if values is not None:
                table = values.reshape(-1, 2 + buckets)
                present = np.array([point is not None for point in items], dtype=bool)
                if _cumulative(table[present]):
                    return Points(_repaired(table))
    problems.points(place, items, problem)
    return Points(np.empty((0, 2 + buckets)))


_NO_COUNT = (math.nan, math.nan)


def _floats(flat: list[Any]) -> Floats | None:
    """Return an array, NaN for null; None when an integer is too large for a float."""
    try:
        return np.array(flat, dtype=np.float64)
    except OverflowError:
        return None


def _infinite(values: Floats) -> bool:
    return bool(np.isinf(values).any())


def _cumulative(table: Floats) -> bool:
    """Whether every row is finite, counts are not negative, and buckets ascend up to the count; shape [T, 2 + B]."""
    if not np.isfinite(table).all() or (table[:, 1:] < 0).any():
        return False
    steps = np.diff(np.column_stack((table[:, 2:], table[:, 1])), axis=1)
    return bool((steps >= -_ROUNDING * table[:, 1:2]).all())


def _repaired(table: Floats) -> Floats:
    """Return the table with rounding taken out of the buckets: they ascend, and none is above the count."""
    buckets = np.maximum.accumulate(table[:, 2:], axis=1) if table.shape[1] > 2 else table[:, 2:]  # noqa: PLR2004
    return np.column_stack((table[:, :2], np.minimum(buckets, table[:, 1:2])))


def _number_problem(value: object) -> str | None:
    if type(value) not in _NUMBERS:
        return f"{shown(value)} is not a number"
    try:
        finite = math.isfinite(float(value))  # type: ignore[arg-type]  # an int or a float by now
    except OverflowError:
        finite = False
    return None if finite else f"{shown(value)} is not a finite number"


def _gauge_problem(point: object) -> str | None:
    if point is None or isinstance(point, float):
        return None  # NaN and infinities are missing, not wrong
    problem = _number_problem(point)
    return None if problem is None else f"{problem}; write a number, or null where it is missing"


def _counts_problem(names: tuple[str, ...], values: list[Any]) -> str | None:
    for name, value in zip(names, values, strict=True):
        if (problem := _number_problem(value)) is not None:
            return f"{name}: {problem}; write null for a point that is missing"
        if value < 0:
            return f"{name} {value} is negative; counts are since the point before, and count from 0 after a reset"
    return None


def _counter_problem(point: object) -> str | None:
    if point is None:
        return None
    if type(point) is not list or len(point) != 2:  # noqa: PLR2004 - a pair
        return f"should be [events, trials] or null (it is {shown(point)})"
    return _counts_problem(("events", "trials"), point)


def _histogram_problem(buckets: int) -> Callable[[object], str | None]:
    def problem(point: object) -> str | None:
        if point is None:
            return None
        if type(point) is not list or len(point) != 3 or type(point[2]) is not list:  # noqa: PLR2004 - three parts
            return f"should be [sum, count, [cumulative bucket counts]] or null (it is {shown(point)})"
        total, count, cumulative = point
        if len(cumulative) != buckets:
            return f"{len(cumulative)} buckets, but there are {buckets} bounds"
        if (found := _number_problem(total)) is not None:
            return f"sum: {found}; write null for a point that is missing"
        found = _counts_problem(("count", *("bucket",) * buckets), [count, *cumulative])
        if found is None and not _cumulative(np.array([[total, count, *cumulative]], dtype=np.float64)):
            found = f"buckets should be cumulative: each at least the one before, none above the count {count}"
        return found

    return problem
