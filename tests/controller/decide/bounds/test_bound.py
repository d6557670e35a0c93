"""Bounds, and how sliding ones are fitted into their frame."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.bounds.bound import Bounds, Frame, fitted

HARD = Bounds(0.0, 10.0)
NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def any_bounds(draw: st.DrawFn) -> Bounds:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    return Bounds(low, high)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    hard = draw(any_bounds().filter(lambda found: found.width > 1))
    return Frame(hard, draw(st.floats(0.001, 2)) * hard.width, draw(st.floats(hard.low, hard.high)))


@pytest.mark.parametrize(("low", "high"), [(1, 0), (math.nan, 1), (0, math.nan), (-math.inf, 0), (0, math.inf)])
def test_ends_that_are_no_bounds_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="must be finite and ascending"):
        Bounds(low, high)


def test_an_end_lies_inside() -> None:
    assert HARD.holds(0)
    assert HARD.holds(10)
    assert not HARD.holds(10.001)
    assert HARD.common(Bounds(8, 12)) == Bounds(8, 10)
    assert HARD.common(Bounds(11, 12)) is None
    assert str(Bounds(0.1, 2)) == "[0.1, 2]"


@pytest.mark.parametrize(
    ("bounds", "value", "expected"),
    [
        (Bounds(2, 6), 3, Bounds(2, 6)),
        (Bounds(2, 6), 7, Bounds(3, 7)),
        (Bounds(2, 6), 1, Bounds(1, 5)),
        (Bounds(-4, 20), 3, Bounds(0, 10)),
        (Bounds(8, 12), 9, Bounds(6, 10)),
        (Bounds(4, 4.5), 4.2, Bounds(3.75, 4.75)),
        (Bounds(0, 0.2), 0.1, Bounds(0, 1)),
        (Bounds(2, 6), 99, Bounds(6, 10)),
    ],
)
def test_bounds_move_as_little_as_their_frame_asks_for(bounds: Bounds, value: float, expected: Bounds) -> None:
    found = fitted(bounds, Frame(HARD, 1.0, value))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@given(any_bounds(), frames())
def test_fitted_bounds_respect_their_frame_and_fitting_twice_is_fitting_once(bounds: Bounds, frame: Frame) -> None:
    found = fitted(bounds, frame)
    assert frame.hard.low <= found.low <= frame.value <= found.high <= frame.hard.high
    assert found.width >= frame.least * (1 - 1e-6)
    assert fitted(found, frame) == found
