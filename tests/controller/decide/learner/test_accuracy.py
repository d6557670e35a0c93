"""Predictions held against measurements."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.learner.accuracy import Z95, Held, coverage, error_ratio, typical_error, unexplained

FINITE = st.floats(-1e6, 1e6)


def held(
    effect: float = 0.02, measured: float = 0.02, *, half: float = 0.03, true: float = 0.02, error: float = 0.01
) -> Held:
    """Return a prediction with symmetric intervals of these half widths."""
    return Held(effect, effect - half, effect + half, effect - true, effect + true, measured, error)


def test_an_interval_holds_what_lies_inside_it() -> None:
    assert held(measured=0.0499).covered
    assert held(measured=-0.0099).covered
    assert not held(measured=0.0501).covered
    assert not held(measured=-0.0101).covered


def test_a_canary_that_measured_as_planned_has_the_interval_that_was_predicted() -> None:
    planned = math.sqrt(0.03**2 - 0.02**2) / Z95
    assert held(error=planned).interval == pytest.approx((-0.01, 0.05))
    assert held(error=planned / 2).interval == pytest.approx((-0.01, 0.05)), "never narrower"


def test_a_canary_that_ended_early_has_a_wider_interval() -> None:
    low, high = held(error=0.02).interval
    half = math.hypot(0.02, Z95 * 0.02)
    assert (low, high) == pytest.approx((0.02 - half, 0.02 + half))
    assert held(measured=0.06, error=0.02).covered
    assert not held(measured=0.06, error=0.01).covered


@given(FINITE, FINITE, st.floats(0, 1e3), st.floats(0, 1e3), st.floats(0, 1e3))
def test_an_interval_is_never_narrower_than_predicted_and_holds_its_effect(
    effect: float, measured: float, half: float, true: float, error: float
) -> None:
    one = held(effect, measured, half=half, true=true, error=error)
    low, high = one.interval
    assert low <= one.low
    assert high >= one.high
    assert low <= effect <= high


def test_an_old_prediction_is_taken_as_it_was_written() -> None:
    old = Held(0.02, -0.01, 0.05, math.nan, math.nan, 0.06, 0.5)
    assert old.interval == (-0.01, 0.05)
    assert old.known
    assert not old.covered


def test_what_is_no_number_counts_nowhere() -> None:
    strange = [held(measured=math.nan), held(effect=math.inf), Held(0.0, math.nan, 1.0, 0.0, 0.0, 0.1, 0.1)]
    assert not any(one.known for one in strange)
    assert math.isnan(coverage(strange))
    assert math.isnan(typical_error(strange))
    assert coverage([*strange, held()]) == 1.0


def test_before_the_first_prediction_nothing_is_known() -> None:
    assert math.isnan(coverage(()))
    assert math.isnan(typical_error(()))


def test_only_the_newest_count_when_that_is_asked() -> None:
    bad, good = held(measured=9.0), held()
    assert coverage([*[bad] * 30, *[good] * 50], 50) == 1.0
    assert coverage([*[good] * 30, *[bad] * 20, *[good] * 30], 50) == pytest.approx(0.6)


def test_what_lies_within_the_noise_of_the_measurement_is_explained() -> None:
    noise = held(effect=0.0, measured=0.015)
    assert noise.error_ratio == 1.0
    assert noise.unexplained == 0.0
    beyond = held(effect=0.1, measured=0.05)
    assert beyond.unexplained == pytest.approx((0.05 - Z95 * 0.01) / 0.1)
    assert held(effect=0.1, measured=0.05, error=0.005).unexplained > beyond.unexplained
    assert held(effect=0.1, measured=-0.1).unexplained > 1, "the wrong sign"


def test_noise_that_is_not_known_explains_nothing_and_boundless_noise_everything() -> None:
    assert held(effect=0.1, measured=0.05, error=math.nan).unexplained == pytest.approx(0.5)
    assert held(effect=0.1, measured=0.05, error=math.inf).unexplained == 0.0


def test_the_typical_error_is_the_median_beyond_noise_over_all_that_is_known() -> None:
    noise, wrong = held(effect=0.0, measured=0.015), held(effect=0.1, measured=0.0)
    assert typical_error([noise, noise, wrong]) == 0.0
    assert typical_error([noise, wrong, wrong]) == pytest.approx(1 - Z95 * 0.1)
    assert typical_error([noise, wrong, wrong, held(measured=math.nan)]) == typical_error([noise, wrong, wrong])


def test_near_the_optimum_a_prediction_that_knows_the_truth_has_no_typical_error_and_a_bold_one_has() -> None:
    """Effects of half a standard error: the whole error ratio of the truth itself is far above the alert's 0.3."""
    rng = np.random.default_rng(6)
    truth = rng.normal(0, 0.5, 2000)
    measured = truth + rng.normal(0, 1, 2000)
    good = [held(t, m, error=1.0) for t, m in zip(truth.tolist(), measured.tolist(), strict=True)]
    bold = [held(t + 5, m, error=1.0) for t, m in zip(truth.tolist(), measured.tolist(), strict=True)]
    assert np.median([one.error_ratio for one in good]) > 0.6
    assert typical_error(good) == 0.0
    assert typical_error(bold) > 0.4


@given(FINITE, FINITE)
def test_the_error_ratio_is_symmetric_and_at_most_two(one: float, other: float) -> None:
    assert error_ratio(one, other) == error_ratio(other, one)
    assert 0 <= error_ratio(one, other) <= 2
    assert error_ratio(one, one) == 0


@given(FINITE, FINITE, st.floats(0, 1e6))
def test_what_noise_leaves_is_symmetric_and_at_most_the_whole_error(one: float, other: float, error: float) -> None:
    found = unexplained(one, other, error)
    assert found == unexplained(other, one, error)
    assert 0 <= found <= error_ratio(one, other)
    assert unexplained(one, other, 0.0) == error_ratio(one, other)
    assert unexplained(one, other, 2 * error) <= found


def test_intervals_of_normal_errors_cover_95_percent_also_when_canaries_end_early() -> None:
    rng = np.random.default_rng(5)
    count, spread, planned = 20_000, 0.3, 0.1
    errors = rng.choice([planned, 2 * planned, 4 * planned], count)
    truth = rng.normal(0, spread, count)
    measured = truth + rng.normal(0, 1, count) * errors
    seen, true = Z95 * math.hypot(spread, planned), Z95 * spread
    found = [Held(0.0, -seen, seen, -true, true, m, e) for m, e in zip(measured.tolist(), errors.tolist(), strict=True)]
    assert coverage(found) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / count))
