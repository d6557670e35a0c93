"""Levels and spreads of paired series, in units from 1e-300 to 1e300."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.model import PairedSeries, Window
from tests.controller.decide.series import counted, paired


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300, 1e-320])
def test_levels_and_spreads_neither_overflow_nor_vanish(scale: float) -> None:
    series = paired(scale * np.array([1.0, 2.0, 3.0]), scale * np.array([4.0, 4.0, 4.0]))
    assert series.mean(0) == pytest.approx(2 * scale, rel=1e-3)
    assert series.mean(1) == pytest.approx(4 * scale, rel=1e-3)
    assert series.spread(0) == pytest.approx(math.sqrt(2 / 3) * scale, rel=1e-3)
    assert series.spread(1) == 0.0


def test_a_counter_s_level_is_all_events_over_all_trials() -> None:
    series = counted(np.array([[1, 5], [9, 0]]), np.array([[1, 10], [99, 0]]))
    assert (series.mean(0), series.mean(1)) == pytest.approx((0.1, 0.5))
    assert series.weight.tolist() == pytest.approx([10 / 11, 0.0])


@pytest.mark.parametrize("scale", [1.0, 1e-300, 1e300])
def test_weights_neither_overflow_nor_vanish(scale: float) -> None:
    weight = counted(np.zeros((2, 2)), scale * np.array([[1, 3], [1, 0]])).weight
    assert weight == pytest.approx([0.75 * scale, 0.0])


def test_without_points_there_is_no_level() -> None:
    nothing = np.empty((0, 2))
    for trials in (None, nothing):
        series = PairedSeries(np.empty(0), nothing, trials, 0)
        assert math.isnan(series.mean(0))
        assert math.isnan(series.spread(1))
        assert (series.count, series.weight.size, series.difference.size) == (0, 0, 0)
    assert math.isnan(counted(np.zeros((3, 2)), np.zeros((3, 2))).mean(1))


def test_a_window_is_never_negative() -> None:
    assert (Window(3, 10).seconds, Window(10, 3).seconds) == (7, 0)
