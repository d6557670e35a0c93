"""Trends: false alarms by simulation, what is found when there is one, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.analysis import trend
from exporter.metric import Direction
from tests.controller.decide.analysis.courses import item
from tests.controller.decide.series import noise

COUNT = 120
RUNS = 300  # the standard error of a rate of 5 % is 1.3 %


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_noise_is_called_a_trend_no_more_often_than_it_says(memory: float) -> None:
    rng = np.random.default_rng(7)
    false = sum(trend.fit(noise(rng, COUNT, memory)).told for _ in range(RUNS)) / RUNS  # type: ignore[union-attr]
    assert false <= 0.05 + 2.5 * 0.0126


@pytest.mark.parametrize(("memory", "least"), [(0.0, 0.7), (0.9, 0.5)])
def test_a_trend_of_four_standard_errors_is_mostly_found(memory: float, least: float) -> None:
    rng, place = np.random.default_rng(8), np.arange(COUNT)
    error = np.sqrt(12 * (1 + memory) / (1 - memory) / COUNT**3)  # of a slope, as for long series
    found = [trend.fit(noise(rng, COUNT, memory) + 4 * error * place) for _ in range(60)]
    assert np.mean([one is not None and one.told for one in found]) >= least


def test_the_interval_of_the_change_covers_it() -> None:
    rng, place = np.random.default_rng(9), np.arange(COUNT)
    hits = 0
    for _ in range(200):
        found = trend.fit(noise(rng, COUNT, 0.5) + 0.02 * place)
        assert found is not None
        low, high = found.change.interval()
        hits += low <= 0.02 * COUNT <= high
    assert hits >= 0.95 * 200 - 2.5 * np.sqrt(200 * 0.05 * 0.95)


def test_wild_points_do_not_turn_the_slope() -> None:
    rng, place = np.random.default_rng(10), np.arange(COUNT)
    values = 0.05 * place + noise(rng, COUNT)
    values[-15:] = 500.0
    found = trend.fit(values)
    assert found is not None
    assert found.change.estimate == pytest.approx(0.05 * COUNT, rel=0.5)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.lists(st.integers(0, COUNT - 1), max_size=60))
@settings(max_examples=30, deadline=None)
def test_level_scale_and_gaps_change_nothing_that_is_said(level: float, scale: float, gaps: list[int]) -> None:
    values = noise(np.random.default_rng(11), COUNT, 0.5) + 0.05 * np.arange(COUNT)
    values[gaps] = np.nan
    plain, moved = trend.fit(values), trend.fit(scale * values + level * scale)
    assert plain is not None
    assert moved is not None
    assert moved.change.estimate == pytest.approx(scale * plain.change.estimate, rel=1e-5)
    assert moved.change.sure == pytest.approx(plain.change.sure, abs=1e-4)


def test_a_straight_line_is_certain_and_a_constant_is_no_trend() -> None:
    rising, flat = trend.fit(np.arange(50.0)), trend.fit(np.full(50, 3.0))
    assert rising is not None
    assert flat is not None
    assert (rising.change.estimate, rising.told) == (50.0, True)
    assert (flat.change.estimate, flat.told) == (0.0, False)


def test_too_few_points_have_no_trend() -> None:
    assert trend.fit(np.arange(10.0)) is None
    assert trend.fit(np.full(100, np.nan)) is None
    assert trend.fit(np.empty(0)) is None


@pytest.mark.parametrize(
    ("direction", "slope", "wrong"),
    [
        (Direction.HIGHER, 1, False),
        (Direction.HIGHER, -1, True),
        (Direction.LOWER, 1, True),
        (Direction.LOWER, -1, False),
        (Direction.BAND, 1, False),
    ],
)
def test_the_wrong_way_is_the_kpis_own(direction: Direction, slope: float, *, wrong: bool) -> None:
    found = trend.fit(slope * np.arange(50.0) + noise(np.random.default_rng(12), 50))
    assert found is not None
    kpi = item(direction=direction).kpi
    assert found.worsens(kpi) is wrong
    said = trend.finding(kpi, found)
    assert said.text.startswith("rises by" if slope > 0 else "falls by")
    assert said.text.endswith("the wrong way") is wrong
    assert said.low < said.value < said.high
    assert said.confidence > 0.95


def test_noise_is_told_as_no_trend() -> None:
    found = trend.fit(noise(np.random.default_rng(13), 100))
    assert found is not None
    assert trend.finding(item().kpi, found).text.startswith("no trend: ")
