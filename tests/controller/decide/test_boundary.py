"""The sequential boundary keeps its error rate over all looks, and its constants are those of the literature."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from controller.decide.boundary import BENEFIT_DELTA, HARM_DELTA, Boundary, constant, crossing_probability
from controller.model import Floats
from tests.controller.decide.series import at_least, at_most

RUNS = 20_000
EXACT = np.array([math.inf])


def _crossed(height: Floats, taus: Floats, seed: int) -> int:
    """Return how many of `RUNS` Brownian motions exceed `height` at any of `taus`."""
    steps = np.random.default_rng(seed).normal(size=(RUNS, taus.size)) * np.sqrt(np.diff(taus, prepend=0.0))
    return int((np.cumsum(steps, axis=1) > height).any(axis=1).sum())


@pytest.mark.parametrize("delta", [0.0, BENEFIT_DELTA, HARM_DELTA, 0.5])
@pytest.mark.parametrize("height", [1.6, 2.3])
def test_the_crossing_probability_is_that_of_simulated_motions(delta: float, height: float) -> None:
    """20000 paths: the Monte-Carlo error of a rate of 10 % is 0.2 %; bounds are missed once in a thousand."""
    taus = np.arange(3, 41) / 40
    found = crossing_probability(height, delta, taus)
    assert at_least(found, RUNS) <= _crossed(height * taus**delta, taus, 1) <= at_most(found, RUNS)


@pytest.mark.parametrize(("alpha", "first", "delta"), [(0.03, 5, 0.25), (0.02, 5, 0.4), (0.004, 10, 0.4), (0.05, 1, 0)])
def test_a_solved_boundary_is_crossed_as_often_as_promised(alpha: float, first: int, delta: float) -> None:
    planned = 60
    counts = np.arange(first, planned + 1)
    height = Boundary(alpha, first, planned, delta).height(counts / planned, EXACT)
    assert at_least(alpha, RUNS) <= _crossed(height, counts / planned, 2) <= at_most(alpha, RUNS)


def test_looks_at_every_point_of_a_long_plan_approach_the_reflection_principle() -> None:
    """At delta = 0, P(max B > c) = 2 P(B(1) > c): 2.2414 for .025 on one side, of which .05 on both is twice."""
    assert constant(0.025, 1, 100_000, 0.0) == pytest.approx(norm.isf(0.0125), abs=0.01)
    assert norm.isf(0.0125) == pytest.approx(2.2414, abs=1e-4)


@pytest.mark.parametrize(
    ("looks", "pocock", "fleming"),
    [(2, 2.1783, 1.9774), (3, 2.2895, 2.0043), (4, 2.3613, 2.0244), (5, 2.4132, 2.0396), (10, 2.5550, 2.0867)],
)
def test_equally_spaced_looks_give_the_tables_of_pocock_and_of_obrien_and_fleming(
    looks: int, pocock: float, fleming: float
) -> None:
    """Jennison & Turnbull (2000), tables 2.1 and 2.3, two-sided alpha .05: crossing both sides is next to impossible.

    Pocock's two sides overlap a little, so one side at .025 stands up to .01 higher.
    """
    assert constant(0.025, 1, looks, 0.5) == pytest.approx(pocock, abs=0.012)
    assert constant(0.025, 1, looks, 0.0) == pytest.approx(fleming, abs=0.01)


def test_a_single_look_is_the_ordinary_test() -> None:
    assert constant(0.025, 1, 1, 0.25) == pytest.approx(norm.isf(0.025), abs=0.01)
    assert constant(0.025, 60, 60, 0.4) == pytest.approx(norm.isf(0.025), abs=0.12)  # cautious about what lies between


@pytest.mark.parametrize("delta", [BENEFIT_DELTA, HARM_DELTA])
def test_more_confidence_and_earlier_looks_cost_width(delta: float) -> None:
    by_alpha = [constant(alpha, 5, 60, delta) for alpha in (0.1, 0.05, 0.02, 0.01, 0.001, 1e-4)]
    assert by_alpha == sorted(by_alpha)
    assert len(set(by_alpha)) == len(by_alpha)
    by_first = [constant(0.05, first, 60, delta) for first in (1, 5, 20, 40)]
    assert all(later <= earlier + 1e-3 for earlier, later in pairwise(by_first))  # solved to a thousandth


def test_a_huge_plan_is_looked_at_as_closely_as_promised() -> None:
    """From 240 looks on the height is corrected for looks in between, not computed: it goes on smoothly, and ends."""
    heights = [constant(0.03, planned // 12, planned, 0.25) for planned in (120, 240, 480, 960, 10_000, 1_000_000)]
    assert heights == sorted(heights)
    assert heights[-1] - heights[1] < 0.05
    counts = np.arange(80, 961)
    taus = counts / 960
    steps = np.random.default_rng(3).normal(size=(4000, taus.size)) * np.sqrt(np.diff(taus, prepend=0.0))
    crossed = int((np.cumsum(steps, axis=1) > heights[3] * taus**0.25).any(axis=1).sum())
    assert at_least(0.03, 4000) <= crossed <= at_most(0.03, 4000)


def test_the_first_look_comes_before_the_end() -> None:
    for first, planned in ((0, 10), (11, 10), (1, 0)):
        with pytest.raises(ValueError, match=f"the first look \\({first}\\)"):
            constant(0.05, first, planned, 0.25)
    assert Boundary(0.05, 40, 10).constant == Boundary(0.05, 10, 10).constant


def test_an_uncertain_noise_widens_it_as_students_t_widens_the_normal() -> None:
    boundary = Boundary(0.025, 5, 60)
    found = boundary.widened(np.array([3.0, 10.0, 100.0, 1e6, math.inf])).tolist()
    assert found == sorted(found, reverse=True)
    assert found[-1] == boundary.constant
    assert found[-2] == pytest.approx(boundary.constant, abs=1e-3)
    assert found[1] == pytest.approx(t.isf(norm.sf(boundary.constant), 10))
    assert boundary.widened(np.array([0.0, 1.0])).tolist() == [found[0]] * 2  # fewer than 3 are not believed


@given(st.floats(0.01, 1.0), st.floats(1.0, 1e3))
def test_it_grows_as_its_power_up_to_the_plan_and_straight_beyond_it(tau: float, late: float) -> None:
    boundary = Boundary(0.025, 5, 60, 0.4)
    height = boundary.height(np.array([tau, 1.0, late]), EXACT)
    assert height == pytest.approx(boundary.constant * np.array([tau**0.4, 1.0, late]))
    assert boundary.height(np.array([0.0, -1e-18]), EXACT).tolist() == [0.0, 0.0]
