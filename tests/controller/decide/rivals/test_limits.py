"""Limits come from the history's comparison arm, in the bad direction."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.case import MarginUnit, SeriesKind
from controller.decide.rivals.limits import Limits, Tolerance, all_limits
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import metric

INFINITE = float("inf")
PAST = [90.0, 110.0]


@pytest.mark.parametrize(
    ("direction", "wanted"),
    [
        (Direction.HIGHER, Limits(95, INFINITE)),
        (Direction.LOWER, Limits(-INFINITE, 105)),
        (Direction.BAND, Limits(95, 105)),
    ],
)
def test_direction(direction: Direction, wanted: Limits) -> None:
    assert Tolerance(0.05).limits(metric([], [], history=PAST, direction=direction)) == wanted


def test_a_negative_level_is_tolerated_on_the_same_side() -> None:
    assert Tolerance(0.05).limits(metric([], [], history=[-90.0, -110.0])) == Limits(-105, INFINITE)


@pytest.mark.parametrize(
    ("unit", "margin", "low"),
    [
        (MarginUnit.ABSOLUTE, 20.0, 80.0),
        (MarginUnit.RELATIVE, 0.3, 70.0),
        (MarginUnit.SD, 3.0, 70.0),
        (MarginUnit.ABSOLUTE, 1.0, 95.0),
    ],
)
def test_it_is_never_closer_than_the_margin(unit: MarginUnit, margin: float, low: float) -> None:
    found = Tolerance(0.05).limits(metric([], [], history=PAST, margin=margin, unit=unit))
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, INFINITE])
    assert Tolerance(0.05, margin=False).limits(metric([], [], history=PAST, margin=margin, unit=unit)) == Limits(
        95, INFINITE
    )


def test_absolute_limits_are_for_counters() -> None:
    past = np.array([[1.0, 100.0], [3.0, 100.0]])
    counter = metric([], [], history=past, kind=SeriesKind.COUNTER, direction=Direction.LOWER)
    found = Tolerance(0.5).limits(counter)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([-INFINITE, 0.03])
    assert Tolerance(0.5, maximum=0.01).limits(counter) == Limits(-INFINITE, 0.01)
    assert Tolerance(0.5, minimum=0.99).limits(counter) == Limits(0.99, INFINITE)
    assert Tolerance(0.05, maximum=1.0).limits(metric([], [], history=PAST)) == Limits(95, INFINITE)


def test_no_number_is_never_good() -> None:
    assert not Limits(-INFINITE, INFINITE).keep(float("nan"))
    assert Limits(1, 2).keep(1)
    assert not Limits(1, 2).keep(2.1)


def test_without_history_there_is_no_limit() -> None:
    known, unknown = metric([], [], history=PAST, name="known"), metric([], [], name="unknown")
    assert Tolerance().limits(unknown) is None
    assert all_limits(Tolerance(), (known, unknown)) == "unknown"
