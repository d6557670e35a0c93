"""Candidates: inside the box, of the parameters' kinds, and what cannot move stays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.learner.candidates import FIRST, Box, Field
from controller.decide.learner.space import Axis, Space
from controller.model import Floats
from exporter.parameters import Values
from tests.controller.decide.learner.minds import MODE, X

BATCH = Axis("batch", 1.0, 9.0, 1.0, whole=True)
SPACE = Space((MODE, X, BATCH))
BASE: Values = {"x": 5.004, "batch": 5, "mode": "bold"}  # x is off the grid of its quantum


def _all(field: Field) -> Floats:
    """Return the first candidates and two generations of children."""
    rng = np.random.default_rng(1)
    rows = field.first(rng)
    return np.vstack([rows, field.near(rows[:50], 0.5, rng), field.near(rows[50:60], 3.0, rng)])


def test_candidates_fill_the_box_to_its_edges_and_are_of_the_right_kind() -> None:
    rows = _all(Field(SPACE, Box({"x": (4.0, 6.0), "batch": (3, 7)}, {"mode": ("calm", "bold")}), BASE))
    assert len(rows) > FIRST
    assert (rows[:, 0].min(), rows[:, 0].max()) == (4.0, 6.0)
    assert set(rows[:, 1]) == {3.0, 4.0, 5.0, 6.0, 7.0}
    assert set(rows[:, 2]) == {0.0, 1.0}  # never wild
    grid = rows[:, 0][rows[:, 0] != 5.004]
    assert np.abs(grid * 100 - np.round(grid * 100)).max() < 1e-9


def test_what_does_not_move_stays_exactly_even_off_the_grid() -> None:
    rows = _all(Field(SPACE, Box({"x": (4.0, 6.0)}, {}), BASE))
    assert (rows[:, 0] == 5.004).any()
    assert not (rows[:, 0] == 5.0).all()
    assert set(rows[:, 1]) == {5.0}  # not in the box
    assert set(rows[:, 2]) == {1.0}


@pytest.mark.parametrize(
    "interval", [(6.0, 4.0), (math.nan, 6.0), (4.0, math.nan), (-math.inf, math.inf), (5.004, 5.004)]
)
def test_an_interval_that_holds_nothing_else_moves_nothing(interval: tuple[float, float]) -> None:
    rows = _all(Field(SPACE, Box({"x": interval, "batch": (5, 5)}, {"mode": ("bold", "loud")}), BASE))
    assert (rows == [5.004, 5.0, 1.0]).all()


def test_a_value_outside_its_interval_stays_or_comes_inside() -> None:
    rows = _all(Field(SPACE, Box({"x": (6.0, 7.0)}, {}), BASE))
    moved = rows[:, 0][rows[:, 0] != 5.004]
    assert moved.size
    assert moved.min() >= 6.0
    assert moved.max() <= 7.0


def test_an_edge_off_the_grid_is_not_stepped_over() -> None:
    rows = _all(Field(Space((X,)), Box({"x": (4.9951, 5.0049)}, {}), {"x": 5.0}))
    assert set(rows[:, 0]) == {5.0}


def test_simpler_rows_put_back_one_move_at_a_time() -> None:
    field = Field(SPACE, Box({"x": (4.0, 6.0), "batch": (3, 7)}, {"mode": MODE.choices}), BASE)
    assert field.without(np.array([5.5, 5.0, 2.0])).tolist() == [[5.004, 5.0, 2.0], [5.5, 5.0, 1.0]]
    assert field.without(field.base).shape == (0, 3)


@given(
    st.floats(0, 10),
    st.tuples(st.floats(0, 10), st.floats(0, 10)),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.integers(0, 2**32 - 1),
)
def test_no_candidate_ever_leaves_the_box(
    value: float, reals: tuple[float, float], wholes: tuple[int, int], seed: int
) -> None:
    space = Space((X, BATCH))
    box = Box({"x": (min(reals), max(reals)), "batch": (min(wholes), max(wholes))}, {})
    field = Field(space, box, {"x": value, "batch": 5})
    rows = field.near(field.first(np.random.default_rng(seed)), 1.0, np.random.default_rng(seed))
    for column, (low, high), base in ((0, box.intervals["x"], value), (1, box.intervals["batch"], 5.0)):
        moved = rows[:, column][rows[:, column] != base]
        assert ((moved >= low) & (moved <= high)).all()
    assert (rows[:, 1] == np.round(rows[:, 1])).all()
