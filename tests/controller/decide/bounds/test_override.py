"""Overrides: when they hold, and which cannot be."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.override import Override, refusal

RELEASE = Override(Bounds(0.5, 0.7), until=100.0, actor="ann", reason="release", at=10.0)


def test_an_override_holds_until_its_time_or_until_it_is_cleared() -> None:
    assert RELEASE.in_force(99.9)
    assert RELEASE.end(99.9) is None
    assert not RELEASE.in_force(100.0)
    assert RELEASE.end(100.0) == "its time is over"
    cleared = replace(RELEASE, cleared="cleared by bob: done")
    assert not cleared.in_force(11.0)
    assert cleared.end(11.0) == "cleared by bob: done"


def test_an_override_without_a_time_never_holds() -> None:
    forever = replace(RELEASE, until=math.nan)
    assert not forever.in_force(11.0)
    assert forever.end(11.0) == "its time is over"


@pytest.mark.parametrize(
    ("asked", "value", "said"),
    [
        (Bounds(0.5, 0.7), 0.6, None),
        (Bounds(0.1, 2.0), 0.1, None),
        (Bounds(0.05, 0.7), 0.6, "[0.05, 0.7] is not inside the hard bounds [0.1, 2]"),
        (Bounds(0.5, 2.1), 0.6, "is not inside the hard bounds"),
        (Bounds(0.7, 0.9), 0.6, "[0.7, 0.9] does not hold the value in force, 0.6"),
    ],
)
def test_an_override_lies_in_the_hard_bounds_and_holds_the_value(asked: Bounds, value: float, said: str | None) -> None:
    found = refusal(asked, Bounds(0.1, 2.0), value, whole=False)
    assert (found is None) is (said is None)
    assert (said or "") in (found or "")


def test_an_override_of_whole_numbers_is_whole() -> None:
    assert refusal(Bounds(2.0, 9.0), Bounds(1.0, 9.0), 5, whole=True) is None
    found = refusal(Bounds(2.0, 7.5), Bounds(1.0, 9.0), 5, whole=True)
    assert found == "7.5 cannot bound a parameter of kind int, whose values are whole numbers: write 7 or 8"
