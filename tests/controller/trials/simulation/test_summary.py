"""Means and standard errors over seeds."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.trials.simulation.record import Result
from controller.trials.simulation.summary import FIGURES, Figure, figure, summary

ONE = Result(
    seed=1,
    regret=0.5,
    canaries=10,
    promotions=2,
    rollbacks=1,
    unsafe_canaries=0,
    unsafe_promotions=0,
    unsafe_hours=0.2,
    unsafe_canary_hours=0.2,
    unsafe_live_hours=0.0,
    coverage95=None,
    predictions=0,
    prediction_error_p50=None,
    promoted_error_p50=None,
    noise_error_p50=0.4,
    unexplained_error_p50=0.0,
)


def test_mean_and_standard_error_of_known_numbers() -> None:
    found = figure([1.0, 2.0, 3.0, 4.0])
    assert (found.mean, found.count) == (2.5, 4)
    assert found.se == pytest.approx(math.sqrt(5 / 3) / 2)


def test_one_seed_has_no_standard_error_and_none_no_mean() -> None:
    assert figure([0.3]) == Figure(0.3, None, 1)
    assert figure([]) == figure([None, math.nan]) == Figure(None, None, 0)


def test_a_seed_without_the_figure_is_left_out() -> None:
    assert figure([1.0, None, 3.0]) == figure([1.0, 3.0])


def test_every_number_of_a_result_is_summed_up() -> None:
    found = summary([ONE, replace(ONE, seed=2, regret=None, canaries=20, coverage95=0.9)])
    assert tuple(found) == FIGURES
    assert {"seed", "faults"}.isdisjoint(found)
    assert found["regret"] == Figure(0.5, None, 1)
    assert found["canaries"] == Figure(15.0, 5.0, 2)
    assert found["coverage95"] == Figure(0.9, None, 1)
    assert found["prediction_error_p50"].count == 0


@given(st.lists(st.floats(-1e6, 1e6) | st.none(), max_size=30))
def test_the_mean_lies_among_the_values_and_the_error_is_never_negative(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    found = figure(values)
    assert found.count == len(known)
    if found.mean is not None:
        assert min(known) - 1e-6 <= found.mean <= max(known) + 1e-6
    assert (found.se is None) == (len(known) < 2)
    assert found.se is None or found.se >= 0
