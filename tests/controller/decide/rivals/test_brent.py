"""The root search finds roots to its tolerance, and stops where its tolerance says, not nearer."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.rivals.brent import TOLERANCE, Function, Point, solve


def _solve(function: Function, low: float, high: float) -> float:
    return solve(function, Point(low, function(low)), Point(high, function(high)))


@pytest.mark.parametrize(
    ("function", "low", "high", "root"),
    [
        (lambda x: 2 - x, -10.0, 10.0, 2.0),
        (lambda x: 1 - x**3, 0.0, 4.0, 1.0),
        (lambda x: float(np.cos(x)), 0.0, 3.0, np.pi / 2),
        (lambda x: 1.0 if x < 0.7 else -1.0, -5.0, 5.0, 0.7),
    ],
)
def test_it_finds_the_root(function: Function, low: float, high: float, root: float) -> None:
    assert _solve(function, low, high) == pytest.approx(root, abs=TOLERANCE)


def test_an_end_that_is_a_root_is_returned() -> None:
    assert _solve(lambda x: x, 0.0, 1.0) == 0.0
    assert _solve(lambda x: x - 1, 0.0, 1.0) == 1.0


def test_a_bracket_narrower_than_the_tolerance_is_not_searched() -> None:
    """Root at 1e-5 in 0 .. 8e-5: the better end is returned as it is."""
    assert _solve(lambda x: 1e-5 - x, 0.0, 8e-5) == 0.0
