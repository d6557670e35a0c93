"""The noise of simulated points has the memory, the common part and the precision that it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.model import Floats
from controller.trials.simulation.noise import Noise

LONG = Noise(rho=0.5, common=0.5, history=100_000)


def _correlation(first: Floats, second: Floats) -> float:
    return float(np.corrcoef(first, second)[0, 1])


def test_points_are_autoregressive_with_variance_1() -> None:
    """100000 points with memory 0.5: a variance is known to 0.6 %, a correlation to 0.003; five of each are allowed."""
    arms = LONG.arms(np.random.default_rng(0), 100)
    assert arms.shape == (2, 100_100)
    for arm in arms:
        assert float(np.var(arm)) == pytest.approx(1.0, abs=0.03)
        assert _correlation(arm[1:], arm[:-1]) == pytest.approx(0.5, abs=0.015)
        assert _correlation(arm[2:], arm[:-2]) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize("common", [0.0, 0.5, 0.9])
def test_arms_share_the_shocks_that_are_common(common: float) -> None:
    first, second = Noise(common=common, history=100_000).arms(np.random.default_rng(1), 0)
    assert _correlation(first, second) == pytest.approx(common, abs=0.025)


def test_the_first_point_is_as_noisy_as_any() -> None:
    rng = np.random.default_rng(2)
    first = np.array([Noise(rho=0.9, history=3).arms(rng, 0)[:, 0] for _ in range(3000)])
    assert float(np.var(first)) == pytest.approx(1.0, abs=5 * math.sqrt(2 / 6000))


@pytest.mark.parametrize(("rho", "common", "history"), [(0.0, 0.0, 480), (0.5, 0.5, 480), (0.9, 0.2, 480)])
def test_the_error_of_an_effect_is_that_of_simulated_canaries(rho: float, common: float, history: int) -> None:
    """2000 canaries: a standard deviation is known to 1.6 %; four of these are allowed."""
    noise, rng, planned = Noise(rho, common, history), np.random.default_rng(3), 60
    effects = []
    for _ in range(2000):
        first, second = noise.arms(rng, planned)
        moved = first - second
        effects.append(float(moved[history:].mean() - moved[:history].mean()))
    assert float(np.std(effects)) == pytest.approx(noise.error(planned), rel=4 / math.sqrt(2 * 2000))
