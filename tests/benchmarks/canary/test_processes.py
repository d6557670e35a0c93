"""Noise is what its name says: standard deviation, autocorrelation, share in common; within 5 Monte-Carlo errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.canary.processes import ar1, filtered, shocked, student3, white
from controller.model import Floats

LENGTH = 200_000


def lag1(series: Floats) -> float:
    return float(np.corrcoef(series[:-1], series[1:])[0, 1])


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_ar1_has_its_autocorrelation_and_unit_variance(rho: float) -> None:
    series = ar1(np.random.default_rng(1), (LENGTH,), rho)
    assert lag1(series) == pytest.approx(rho, abs=5 * math.sqrt((1 - rho**2) / LENGTH) + 1e-4)
    assert series.var() == pytest.approx(1.0, abs=5 * math.sqrt(2 * (1 + rho**2) / (1 - rho**2) / LENGTH))


def test_ar1_is_stationary_from_its_first_point() -> None:
    starts = ar1(np.random.default_rng(2), (40_000, 2), 0.99)
    assert starts.std(axis=0) == pytest.approx([1.0, 1.0], abs=5 / math.sqrt(2 * 40_000))


def test_filtered_follows_its_recursion() -> None:
    innovations = np.array([1.0, 0.0, 2.0])
    step = math.sqrt(1 - 0.6**2)
    assert filtered(innovations, 0.6) == pytest.approx([1.0, 0.6, 0.36 + 2 * step])


def test_student3_has_heavy_tails_and_the_scale_of_unit_variance() -> None:
    drawn = student3(np.random.default_rng(3), (LENGTH,))
    upper = 3.182446 / math.sqrt(3)  # the 97.5 % quantile of t with 3 degrees of freedom
    assert np.mean(np.abs(drawn) > upper) == pytest.approx(0.05, abs=5 * math.sqrt(0.05 * 0.95 / LENGTH))
    assert np.abs(drawn).max() > 2 * np.abs(white(np.random.default_rng(3), (LENGTH,))).max()


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_shocks_are_shared_by_the_arms(share: float) -> None:
    arms = shocked(np.random.default_rng(4), LENGTH, 0.5, share)
    assert arms.shape == (2, LENGTH)
    assert np.corrcoef(arms[0], arms[1])[0, 1] == pytest.approx(share, abs=0.02)
    assert arms.std(axis=1) == pytest.approx([1.0, 1.0], abs=0.02)
