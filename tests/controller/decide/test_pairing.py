"""Arms become pairs of values at the same points, with what they rest on; gaps for what is missing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from controller.decide.pairing import pair, pool
from controller.model import ArmSeries, Floats
from exporter import names

NAN = math.nan
SIZE = 12
TIMES = np.array([15.0 * i for i in range(SIZE)])
ALL = np.ones(SIZE)
TRIALS = arrays.arrays(np.float64, (3, SIZE), elements=st.integers(0, 50).map(float))
SHARES = arrays.arrays(np.float64, (3, SIZE), elements=st.floats(0, 1, allow_subnormal=False))


def _gauge(*values: float) -> ArmSeries:
    found = np.array(values)
    return ArmSeries(found, np.where(np.isnan(found), 0.0, 1.0))


def _arms(values: Floats, weights: Floats) -> dict[str, ArmSeries]:
    return {arm: ArmSeries(v * (w > 0), w) for arm, v, w in zip(names.ARMS, values, weights, strict=True)}


def test_gauges_count_every_point_alike() -> None:
    arms = {"canary": _gauge(1, 2, 3), "baseline": _gauge(1, 1, 1)}
    found = pair(np.arange(3.0), arms, ("baseline",), np.ones(3), counted=False)
    assert found.values.tolist() == [[1, 1], [2, 1], [3, 1]]
    assert found.difference.tolist() == [0, 1, 2]
    assert (found.mean(0), found.mean(1), found.trials) == (2, 1, None)
    assert found.weight.tolist() == [1, 1, 1]


@given(SHARES, TRIALS)
def test_arms_of_counters_are_pooled_and_keep_their_trials(shares: Floats, trials: Floats) -> None:
    found = pair(TIMES, _arms(shares, trials), ("baseline", "control"), ALL, counted=True)
    one, other = trials[0], trials[1] + trials[2]
    assert found.count == SIZE
    assert found.trials is not None
    assert found.trials.tolist() == np.stack([one, other], axis=1).tolist()
    events = found.values * found.trials
    assert events[:, 0] == pytest.approx(shares[0] * one)
    assert events[:, 1] == pytest.approx(shares[1] * trials[1] + shares[2] * trials[2])
    weight = [a * b / (a + b) if a + b > 0 else 0.0 for a, b in zip(one, other, strict=True)]
    assert found.weight == pytest.approx(weight)
    if one.sum() > 0:
        assert found.mean(0) == pytest.approx(float(np.average(shares[0], weights=one)))
    else:
        assert math.isnan(found.mean(0))


@given(SHARES, TRIALS)
def test_exchanged_arms_differ_by_the_opposite(shares: Floats, trials: Floats) -> None:
    arms = _arms(shares, trials)
    swapped = {**arms, "canary": arms["baseline"], "baseline": arms["canary"]}
    one, other = (pair(TIMES, found, ("baseline",), ALL, counted=True) for found in (arms, swapped))
    assert other.difference == pytest.approx(-one.difference, abs=1e-12)
    assert other.weight == pytest.approx(one.weight)


@given(SHARES, TRIALS, st.integers(2, 9))
def test_ten_times_the_traffic_changes_the_weight_and_no_difference(
    shares: Floats, trials: Floats, factor: int
) -> None:
    one = pair(TIMES, _arms(shares, trials), ("control",), ALL, counted=True)
    other = pair(TIMES, _arms(shares, trials * factor), ("control",), ALL, counted=True)
    assert other.difference.tolist() == pytest.approx(one.difference.tolist(), abs=1e-9)
    assert other.weight == pytest.approx(factor * one.weight)


def test_a_point_without_trials_weighs_nothing_but_time_has_passed() -> None:
    canary = ArmSeries(np.array([0.5, 0.0, 0.5]), np.array([10.0, 0.0, 10.0]))
    control = ArmSeries(np.array([0.4, 0.4, 0.4]), np.array([10.0, 10.0, 10.0]))
    arms = {"canary": canary, "control": control}
    found = pair(np.arange(3.0), arms, ("control",), np.ones(3), counted=True)
    assert found.count == 3
    assert found.weight.tolist() == [5, 0, 5]
    assert (found.mean(0), found.mean(1)) == pytest.approx((0.5, 0.4))


def test_an_arm_that_ends_early_lags() -> None:
    arms = {"canary": _gauge(1, 2, NAN, NAN, NAN), "baseline": _gauge(1, 1, 1, 1, NAN)}
    found = pair(np.arange(5.0), arms, ("baseline",), np.ones(5), counted=False)
    assert (found.count, found.expected, found.behind) == (2, 5, 2)
    swapped = {"canary": arms["baseline"], "baseline": arms["canary"]}
    assert pair(np.arange(5.0), swapped, ("baseline",), np.ones(5), counted=False).behind == 2


def test_a_gap_in_any_arm_is_a_missing_point() -> None:
    arms = {"canary": _gauge(1, NAN, 3, 4), "baseline": _gauge(1, 1, NAN, 1), "control": _gauge(NAN, 1, 1, 1)}
    found = pair(np.arange(4.0), arms, ("baseline", "control"), np.ones(4), counted=False)
    assert found.times.tolist() == [3.0]
    assert (found.count, found.expected) == (1, 4)


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("missing", names.ARMS)
def test_without_one_of_its_arms_a_kpi_has_no_points(missing: str, *, counted: bool) -> None:
    arms = {arm: _gauge(1, 2, 3) for arm in names.ARMS if arm != missing}
    found = pair(np.arange(3.0), arms, ("baseline", "control"), np.array([1.0, 0.0, 1.0]), counted=counted)
    assert (found.count, found.expected, found.trials is not None) == (0, 2, counted)
    assert math.isnan(found.mean(0))


def test_points_that_do_not_count_are_left_out() -> None:
    arms = {"canary": _gauge(1, 2, 3), "baseline": _gauge(0, 0, 0)}
    found = pair(np.arange(3.0), arms, ("baseline",), np.array([0.0, 1.0, 0.0]), counted=False)
    assert (found.times.tolist(), found.difference.tolist(), found.expected) == ([1.0], [2.0], 1)


def test_nothing_at_all_is_no_points() -> None:
    found = pair(np.empty(0), {}, ("baseline",), np.empty(0), counted=False)
    assert (found.count, found.expected) == (0, 0)


def test_pooled_arms_are_weighted_by_what_they_rest_on() -> None:
    found = pool(
        [
            ArmSeries(np.array([1.0, 0.0, NAN]), np.array([1.0, 0.0, 0.0])),
            ArmSeries(np.array([0.0, 0.0, 1.0]), np.array([3.0, 0.0, 5.0])),
        ]
    )
    assert found.values[:2].tolist() == [0.25, 0.0]
    assert math.isnan(found.values[2])
    assert found.weights.tolist() == [4.0, 0.0, 5.0]
