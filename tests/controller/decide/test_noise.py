"""The long-run variance is near the truth for processes whose truth is known, and follows shift and scale."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.noise import autocovariances, autoregressive_variance, bartlett_variance, estimate
from controller.model import Floats
from tests.controller.decide.series import noise

SEED = st.integers(0, 2**32 - 1)
SCALE = st.integers(-300, 300).map(lambda exponent: 10.0**exponent)


def _variance(series: Floats) -> float:
    found = estimate(series)
    return found.long_run_variance * found.scale**2


@pytest.mark.parametrize(("rho", "truth"), [(0.0, 1.0), (0.5, 3.0), (0.8, 9.0), (-0.5, 1 / 3)])
def test_it_is_seldom_below_the_truth_and_not_far_above(rho: float, truth: float) -> None:
    """AR(1) with variance 1: omega^2 = (1 + rho) / (1 - rho). Mean of 200 histories of 960 points, error 2 %."""
    rng = np.random.default_rng(3)
    found = np.array([_variance(noise(rng, 960, rho)) for _ in range(200)])
    assert 0.95 * truth < found.mean() < 1.35 * max(truth, 1.0)
    assert (found < 0.7 * truth).mean() < 0.05


def test_a_moving_average_is_seen_by_at_least_one_of_the_estimators() -> None:
    """Sums of 20 shocks: omega^2 = 20^2 per shock variance; no AR(8) describes it, the Bartlett kernel does."""
    rng = np.random.default_rng(4)
    found = [_variance(np.convolve(rng.normal(size=979), np.ones(20), "valid")) for _ in range(100)]
    assert 0.7 * 400 < float(np.mean(found)) < 1.6 * 400


def test_autocovariances_are_those_of_the_definition() -> None:
    series = np.array([1.0, 2.0, 4.0, 1.0])
    centred = series - 2.0
    wanted = [float(sum(centred[i] * centred[i + k] for i in range(4 - k))) / 4 for k in range(4)]
    assert autocovariances(series, 10).tolist() == pytest.approx(wanted)


def test_bartlett_tapers_linearly() -> None:
    assert bartlett_variance(np.array([4.0, 2.0, 1.0])) == pytest.approx(4 + 2 * (2 / 3 * 2 + 1 / 3 * 1))


def test_the_autoregressive_variance_of_exact_autocovariances_is_exact() -> None:
    gamma = np.array([0.6**lag for lag in range(41)])
    assert autoregressive_variance(gamma, 10_000) == pytest.approx(1.6 / 0.4)


def test_a_random_walk_is_not_divided_by_zero() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(size=960))
    assert np.isfinite(_variance(walk))
    assert _variance(walk) > 40 * walk.var()


@given(SEED, SCALE, st.integers(2, 300))
def test_it_follows_the_scale_from_1e_minus_300_to_1e300(seed: int, scale: float, count: int) -> None:
    series = np.random.default_rng(seed).uniform(-1, 1, count)
    one, other = estimate(series), estimate(series * scale)
    assert other.mean == pytest.approx(one.mean * scale, rel=1e-9, abs=1e-12 * scale)
    assert other.scale == pytest.approx(one.scale * scale, rel=1e-9)
    assert other.long_run_variance == pytest.approx(one.long_run_variance, rel=1e-6)
    assert other.variance == pytest.approx(one.variance, rel=1e-6)
    assert other.step_square == pytest.approx(one.step_square, rel=1e-6)


@given(SEED, st.floats(-1e3, 1e3))
def test_a_shift_moves_the_mean_and_nothing_else(seed: int, shift: float) -> None:
    series = noise(np.random.default_rng(seed), 200)
    one, other = estimate(series), estimate(series + shift)
    assert other.mean == pytest.approx(one.mean + shift)
    assert other.long_run_variance == pytest.approx(one.long_run_variance, rel=1e-6)


@given(SEED)
def test_a_mirrored_series_is_as_noisy(seed: int) -> None:
    series = noise(np.random.default_rng(seed), 200, 0.5)
    assert estimate(-series).long_run_variance == pytest.approx(estimate(series).long_run_variance)
    assert estimate(series[::-1].copy()).variance == pytest.approx(estimate(series).variance)


@given(st.floats(-1e300, 1e300, allow_subnormal=False), st.integers(2, 2000))
def test_a_constant_series_has_no_noise_whatever_rounding_says(level: float, count: int) -> None:
    found = estimate(np.full(count, level))
    assert (found.scale, found.long_run_variance, found.count) == (0.0, 0.0, count)
    assert found.mean == pytest.approx(level)


def test_units_can_be_changed() -> None:
    found = estimate(noise(np.random.default_rng(6), 100))
    other = found.in_units(10 * found.scale)
    assert other.long_run_variance == pytest.approx(found.long_run_variance / 100)
    assert other.in_units(found.scale).step_square == pytest.approx(found.step_square)


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_points_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least 2 points"):
        estimate(np.zeros(count))
