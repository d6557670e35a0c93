"""Noise has the stated spread and memory, whatever the step."""

from __future__ import annotations

import numpy as np
import pytest

from components.noise import Ar1, Shocks
from exporter.seconds import DAY


@pytest.mark.parametrize("step", [1.0, 0.05])
def test_ar1_has_its_sd_and_correlation_from_second_to_second(step: float) -> None:
    series = Ar1(0.02, 0.5, 3, np.random.default_rng(1))
    ticks = round(1 / step)
    found = np.array([series.at(i * step + 1e-6) for i in range(8000 * ticks)])[::ticks]
    # 24000 values: standard errors 0.6 % of the sd (memory included) and 0.006 of the correlation
    assert found.std() == pytest.approx(0.02, rel=0.04)
    assert np.corrcoef(found[1:, 0], found[:-1, 0])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert abs(np.corrcoef(found[:, 0], found[:, 1])[0, 1]) < 0.06


def test_a_gap_of_k_seconds_keeps_rho_to_the_k_and_the_spread() -> None:
    series = Ar1(1.0, 0.9, 1, np.random.default_rng(2))
    found = np.array([series.at(float(i * 5))[0] for i in range(20_000)])
    assert np.corrcoef(found[1:], found[:-1])[0, 1] == pytest.approx(0.9**5, abs=0.03)
    assert found.std() == pytest.approx(1.0, rel=0.05)


def test_it_is_constant_within_a_second_and_survives_a_clock_that_jumps_back() -> None:
    series = Ar1(1.0, 0.5, 2, np.random.default_rng(3))
    first = series.at(100.1).copy()
    assert (series.at(100.9) == first).all()
    assert (series.at(50.0) == first).all()
    assert (series.at(51.0) != first).all()


def test_all_arms_share_the_hour_of_day_and_most_of_the_noise() -> None:
    shocks = Shocks(np.random.default_rng(4))
    found = np.array([shocks.at(float(t)) for t in np.arange(0, 2 * DAY, 60)])
    assert np.corrcoef(found[:, 0], found[:, 2])[0, 1] > 0.9
    quarter = len(found) // 8
    assert found[:quarter].mean() > 0.0 > found[2 * quarter : 3 * quarter].mean()
    own = found[:, 0] - found[:, 1]
    assert own.std() == pytest.approx(0.02 * 2**0.5, rel=0.1)
