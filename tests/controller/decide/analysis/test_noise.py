"""What is learnt of noise: its size, its memory, and the error of a mean, which is what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.analysis.noise import LEAST, learn
from controller.model import Floats
from tests.controller.decide.series import noise

COUNT = 240


def _error(residuals: Floats) -> float:
    """Return the half-width of a 95 % interval of the mean, in deviations of a normal variable."""
    _, high = learn(residuals).belief(0.0, np.full(residuals.size, 1 / residuals.size)).interval()
    return high / 1.96


def test_white_noise_is_read_as_white() -> None:
    found = learn(noise(np.random.default_rng(1), COUNT))
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights @ (found.memory * found.share) < 0.1


@pytest.mark.parametrize("memory", [0.5, 0.9])
def test_the_error_of_a_mean_grows_with_memory_as_it_should(memory: float) -> None:
    rng = np.random.default_rng(2)
    true = np.sqrt((1 + memory) / (1 - memory) / COUNT)
    found = float(np.median([_error(noise(rng, COUNT, memory)) for _ in range(20)]))
    assert 0.9 * true < found < 1.8 * true  # wider than with a known memory, never much narrower


def test_gaps_do_not_change_what_is_learnt_much() -> None:
    whole = noise(np.random.default_rng(3), COUNT, 0.8)
    holed = whole.copy()
    holed[np.random.default_rng(4).random(COUNT) < 0.3] = np.nan
    with_gaps, without = (float(found.weights @ found.memory) for found in (learn(holed), learn(whole)))
    assert with_gaps == pytest.approx(without, abs=0.25)


def test_a_spike_does_not_widen_everything() -> None:
    calm = noise(np.random.default_rng(5), COUNT)
    spiked = calm.copy()
    spiked[100] = 1000.0
    assert _error(spiked) < 1.5 * _error(calm)


def test_units_do_not_matter() -> None:
    series = noise(np.random.default_rng(6), COUNT, 0.5)
    assert _error(1e-12 * series) == pytest.approx(1e-12 * _error(series))
    assert _error(1e90 * series) == pytest.approx(1e90 * _error(series))


def test_nothing_but_zeros_has_no_noise() -> None:
    assert _error(np.zeros(COUNT)) == 0


def test_too_few_points_are_refused() -> None:
    series = np.full(COUNT, np.nan)
    series[: LEAST - 1] = 1.0
    with pytest.raises(ValueError, match=f"at least {LEAST} points, found {LEAST - 1}"):
        learn(series)
