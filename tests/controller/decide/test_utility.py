"""What a change is worth: by weight, scale and direction; in a band, by the distance outside."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.utility import Term, utility

SALES = Term("sales", 1.0, 0.02, 1.0)
DELAY = Term("delay", 0.5, 5.0, -1.0)
HEAT = Term("heat", 2.0, 0.5, 0.0, (18.0, 22.0))
ALL = (SALES, DELAY, HEAT)
FINITE = st.floats(-1e6, 1e6)


def test_a_scale_for_the_better_is_worth_its_weight() -> None:
    assert utility({"sales": 0.02}, {}, ALL) == pytest.approx(1.0)
    assert utility({"delay": -5.0}, {}, ALL) == pytest.approx(0.5)
    assert utility({"sales": 0.02, "delay": 10.0}, {}, ALL) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("level", "effect", "worth"),
    [
        (20.0, 1.5, 0.0),  # inside it stays inside
        (23.0, -0.5, 2.0),  # nearer by one scale
        (23.0, -3.0, 4.0),  # into it: only the distance counts
        (20.0, 3.0, -4.0),  # out of it
        (23.0, -7.0, -4.0),  # through it, and out on the other side
    ],
)
def test_a_band_counts_the_distance_outside(level: float, effect: float, worth: float) -> None:
    assert utility({"heat": effect}, {"heat": level}, ALL) == pytest.approx(worth)


@pytest.mark.parametrize("level", [None, math.nan])
def test_a_band_at_an_unknown_level_says_nothing(level: float | None) -> None:
    assert utility({"heat": -3.0, "sales": 0.02}, {"heat": level}, ALL) == pytest.approx(1.0)
    assert utility({"heat": -3.0}, {}, ALL) == 0.0


def test_a_band_replaces_the_direction_of_a_kpi() -> None:
    enough = Term("sales", 1.0, 0.1, 1.0, (0.5, 0.6))
    assert utility({"sales": 0.2}, {"sales": 0.5}, (enough,)) == pytest.approx(-1.0)


@given(st.lists(st.tuples(FINITE, FINITE, FINITE), min_size=1, max_size=20), FINITE)
def test_candidates_are_valued_together_as_one_by_one(moves: list[tuple[float, float, float]], level: float) -> None:
    names = ("sales", "delay", "heat")
    effects = {name: np.array([move[at] for move in moves]) for at, name in enumerate(names)}
    found = utility(effects, {"heat": level}, ALL)
    assert found.shape == (len(moves),)
    for value, move in zip(found, moves, strict=True):
        alone = utility(dict(zip(names, move, strict=True)), {"heat": level}, ALL)
        assert value == pytest.approx(float(alone), rel=1e-12, abs=1e-6)


@given(FINITE, FINITE)
def test_there_and_back_is_worth_nothing(level: float, effect: float) -> None:
    there, back = HEAT.gain(effect, level), HEAT.gain(-effect, level + effect)
    assert there + back == pytest.approx(0.0, abs=1e-6)


def test_what_is_not_known_is_not_taken_for_nothing() -> None:
    assert math.isnan(utility({"sales": math.nan}, {}, ALL))
    assert np.isnan(utility({"heat": np.array([math.nan, 1.0])}, {}, ALL)).tolist() == [True, False]


def test_nothing_changes_nothing() -> None:
    assert utility({}, {}, ALL) == 0.0
    assert utility({"other": 5.0}, {}, ALL) == 0.0


@pytest.mark.parametrize(
    ("weight", "scale", "sign", "band", "said"),
    [
        (0.0, 1.0, 1.0, None, "weight 0 must be a number above 0"),
        (1.0, math.nan, 1.0, None, "scale nan must be a number above 0"),
        (1.0, -1.0, 1.0, None, "scale -1 must be"),
        (1.0, 1.0, 0.0, None, "needs a band"),
        (1.0, 1.0, 0.0, (2.0, 2.0), r"band \[2, 2\] must ascend"),
    ],
)
def test_a_term_that_orders_nothing_is_refused(
    weight: float, scale: float, sign: float, band: tuple[float, float] | None, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Term("x", weight, scale, sign, band)
