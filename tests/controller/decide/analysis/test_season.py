"""Daily profiles: found when days have one in common, left alone otherwise, and what is left when one is taken out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from controller.decide.analysis import season
from controller.model import Track
from tests.controller.decide.analysis.courses import DAY, END, HOUR, past, track, wave


def _learn(history: Track, window: float) -> season.Season:
    return season.learn(history.times - HOUR / 2, history.values, window)


def test_a_wave_that_the_days_share_is_found_and_taken_out() -> None:
    found = _learn(past(np.random.default_rng(1), swing=5.0), DAY)
    assert (found.reason, found.days) == ("", 7)
    assert found.explained > 0.5
    assert found.confidence > 0.95
    times = END - DAY + 360.0 * np.arange(240, dtype=np.float64)
    assert np.abs(wave(times, 5.0) - found.at(times)).max() < 2.0
    assert np.std(wave(times, 5.0) - found.at(times)) < 1.0


def test_noise_alone_is_seldom_taken_for_a_profile() -> None:
    rng = np.random.default_rng(2)
    used = sum(not _learn(past(rng, days=days), DAY).reason for days in (3, 5, 7) for _ in range(40))
    assert used <= 0.05 * 120 + 2.5 * np.sqrt(120 * 0.05 * 0.95)


def test_days_of_different_levels_and_a_bad_hour_do_not_matter() -> None:
    history = past(np.random.default_rng(3), swing=5.0, sd=0.5)
    values = history.values + 100 * np.floor((history.times - HOUR - history.start) / DAY)
    values[30] = 1e6
    found = _learn(replace(history, values=values), DAY)
    assert found.reason == ""
    assert np.ptp(found.profile) == pytest.approx(10.0, rel=0.3)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_fewer_than_three_days_take_nothing_out_and_say_so(days: int) -> None:
    found = _learn(past(np.random.default_rng(4), days=days, swing=50.0), DAY)
    assert not found.profile.any()
    assert found.finding("sales").text == (f"no daily profile taken out: it takes 3 days of history, there are {days}")
    assert found.finding("sales").confidence == 0


def test_a_day_with_too_few_hours_is_none() -> None:
    history = past(np.random.default_rng(5), days=3, swing=50.0)
    kept = np.ones(72, dtype=bool)
    kept[2:12] = False
    found = _learn(replace(history, times=history.times[kept], values=history.values[kept]), DAY)
    assert found.days == 2


def test_an_hour_that_no_day_has_lies_between_its_neighbours() -> None:
    history = past(np.random.default_rng(6), swing=5.0, sd=0.1)
    hours = np.round(history.times / HOUR - 1) % 24
    kept = hours != 12
    found = _learn(replace(history, times=history.times[kept], values=history.values[kept]), DAY)
    assert found.reason == ""
    assert found.profile[12] == pytest.approx((found.profile[11] + found.profile[13]) / 2, abs=0.1)


def test_a_short_window_has_no_hours_to_tell_apart() -> None:
    found = _learn(past(np.random.default_rng(7), swing=50.0), 600.0)
    assert found.reason == "the window is shorter than 6 hours"


@pytest.mark.parametrize("value", [0.0, 7.5, np.nan])
def test_a_history_that_does_not_move_or_is_missing_takes_nothing_out(value: float) -> None:
    found = _learn(track(np.full(168, value), HOUR), DAY)
    assert found.reason
    assert not found.profile.any()
