"""Mixtures of Student's t: against scipy where there is one model, and against draws where there are two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from controller.decide.analysis.belief import Belief


def _belief(estimate: float, *errors: float, freedom: float = 30.0) -> Belief:
    return Belief(estimate, np.array(errors), np.full(len(errors), 1 / len(errors)), freedom)


def test_one_model_is_students_t() -> None:
    found = _belief(2.0, 0.5, freedom=9)
    assert found.above(1.0) == pytest.approx(student.cdf(2.0, 9))
    assert found.interval() == pytest.approx(tuple(2.0 + 0.5 * student.ppf([0.025, 0.975], 9)), abs=1e-5)
    assert found.sure == pytest.approx(1 - 2 * student.sf(4.0, 9))


def test_two_models_cover_what_is_drawn_from_both() -> None:
    rng = np.random.default_rng(3)
    drawn = np.concatenate([scale * rng.standard_t(12, size=40_000) for scale in (1.0, 5.0)])
    low, high = _belief(0.0, 1.0, 5.0, freedom=12).interval()
    assert np.mean((drawn > low) & (drawn < high)) == pytest.approx(0.95, abs=0.004)  # 0.95 +- 5 standard errors


@given(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9), st.floats(-1e9, 1e9))
def test_probabilities_are_probabilities_and_intervals_hold_the_estimate(at: float, error: float, bound: float) -> None:
    found = _belief(at, error, 3 * error)
    assert 0 <= found.above(bound) <= 1
    assert 0 <= found.sure <= 1
    low, high = found.interval()
    assert low <= at <= high
    assert found.above(low) == pytest.approx(0.975, abs=0.01) or error < 1e-6 * abs(at)


def test_an_estimate_without_error_is_certain() -> None:
    found = _belief(2.0, 0.0)
    assert (found.error, found.interval(), found.sure) == (0.0, (2.0, 2.0), 1.0)
    assert [found.above(bound) for bound in (1.0, 2.0, 3.0)] == [1.0, 0.5, 0.0]
