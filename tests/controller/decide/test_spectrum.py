"""The noise model implies the variance that the mean of a canary really has, for processes whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.spectrum import LONGEST, Spectrum, fit, times
from controller.model import Floats
from tests.controller.decide.series import noise

PLANNED = 60


def _implied(found: Spectrum, points: int = PLANNED) -> float:
    """Return the variance of the mean of `points` points."""
    lag = np.arange(1, points)
    fades = np.exp(-lag[None, :] / found.times[1:, None])
    means = np.concatenate([[1 / points], (points + 2 * (fades @ (points - lag))) / points**2])
    return float(found.powers @ means)


def _truth(rho: float, points: int = PLANNED) -> float:
    """Return the variance of the mean of AR(1) noise with variance 1."""
    lag = np.arange(1, points)
    return float((points + 2 * ((points - lag) @ rho**lag)) / points**2)


def _ratios(rho: float, count: int, runs: int = 100, slow: float = 0.0) -> Floats:
    """Return implied over true variances; `slow` is the variance of an AR(1) of 1000 points added to the noise."""
    rng = np.random.default_rng(4)
    fade = math.exp(-1 / 1000)
    truth = _truth(rho) + slow * _truth(fade)
    found = [
        _implied(fit(noise(rng, count, rho) + math.sqrt(slow) * noise(rng, count, fade), PLANNED)) for _ in range(runs)
    ]
    return np.array(found) / truth


@pytest.mark.parametrize(
    ("rho", "count", "low", "high", "spread"),
    [
        (0.0, 960, 0.9, 1.25, 0.75),
        (0.5, 960, 0.85, 1.3, 0.6),
        (0.9, 960, 0.75, 1.3, 0.45),
        (0.0, 5760, 0.95, 1.1, 0.85),
        (0.5, 5760, 0.9, 1.15, 0.8),
        (0.9, 5760, 0.9, 1.15, 0.75),
        (-0.5, 960, 1.0, 4.0, 1.0),
    ],
)
def test_the_variance_of_a_mean_is_recovered(rho: float, count: int, low: float, high: float, spread: float) -> None:
    """Median of 100 histories between `low` and `high` times the truth, its 5 % quantile above `spread` times."""
    ratios = _ratios(rho, count)
    assert low <= float(np.median(ratios)) <= high
    assert float(np.quantile(ratios, 0.05)) >= spread


def test_slow_noise_under_white_noise_is_seen() -> None:
    """A tenth of the variance wanders over 1000 points; missing it would make a canary's mean look 7 times as sure."""
    ratios = _ratios(0.0, 5760, slow=0.1)
    assert 0.6 <= float(np.median(ratios)) <= 1.5
    assert float(np.quantile(ratios, 0.05)) >= 0.3


def test_a_short_history_is_read_cautiously() -> None:
    """With 60 points for 60 the penalty is zero: on the average, slow components are rather imagined than missed."""
    assert float(np.mean(_ratios(0.0, 60, 200))) >= 1.2
    assert float(np.mean(_ratios(0.0, 5760, 50))) <= 1.15


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3), st.integers(16, 400), st.floats(-1e3, 1e3))
@settings(max_examples=50)
def test_it_follows_the_scale_and_no_level(seed: int, scale: float, count: int, level: float) -> None:
    series = noise(np.random.default_rng(seed), count, 0.5)
    one, other = fit(series, PLANNED), fit(scale * (series + level), PLANNED)
    assert _implied(other) == pytest.approx(scale**2 * _implied(one), rel=1e-3)


@given(st.integers(0, 2**32 - 1), st.integers(16, 300), st.sampled_from([1, 60, 10_000]))
@settings(max_examples=50)
def test_no_power_is_negative_and_all_are_finite_whatever_the_series(seed: int, count: int, planned: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = [
        np.arange(count) / count,
        np.sin(np.arange(count) / 3.0),
        (np.arange(count) % 2).astype(float),
        (np.arange(count) == rng.integers(count)).astype(float),
        np.cumsum(rng.normal(size=count)) / math.sqrt(count),
        rng.standard_cauchy(count) / 1e3,
    ]
    for series in shapes:
        found = fit(series, planned)
        assert np.isfinite(found.powers).all()
        assert (found.powers >= 0).all()
        assert found.powers.sum() > 0


def test_components_are_white_noise_and_octaves_up_to_twice_the_history() -> None:
    assert times(16).tolist() == [0, 1, 2, 4, 8, 16, 32]
    assert times(1000)[-1] == 1024.0 <= LONGEST * 1000


def _freedom(rho: float, count: int) -> float:
    """Return the median degrees of freedom of the variance of a mean, over 30 histories."""
    rng, lag, found = np.random.default_rng(5), np.arange(1, PLANNED), []
    for _ in range(30):
        model = fit(noise(rng, count, rho), PLANNED)
        fades = np.exp(-lag[None, :] / model.times[1:, None])
        found.append(model.freedom(np.concatenate([[1.0], 1 + 2 * (fades @ (1 - lag / PLANNED))])))
    return float(np.median(found))


def test_a_variance_is_known_the_better_the_longer_the_history_and_the_shorter_its_memory() -> None:
    by_length = [_freedom(0.0, count) for count in (60, 240, 960, 5760)]
    assert by_length == sorted(by_length)
    assert by_length[0] < 60
    assert 100 < by_length[-1] < 5760  # white noise of unknown kind is never known as well as 5760 points allow
    by_memory = [_freedom(rho, 960) for rho in (0.0, 0.5, 0.9)]
    assert by_memory == sorted(by_memory, reverse=True)


def test_what_alternates_from_point_to_point_is_read_as_white_noise() -> None:
    found = fit((np.arange(480) % 2 - 0.5).astype(np.float64), PLANNED)
    assert found.powers[0] == pytest.approx(0.25)
    assert not found.powers[1:].any()


@pytest.mark.parametrize("count", [0, 1, 15])
def test_fewer_than_sixteen_points_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=f"at least 16 points of history, found {count}"):
        fit(np.arange(float(count)), PLANNED)
