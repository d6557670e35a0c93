"""Whether errors grow: the slope, its chance, and that chance alone is seldom taken for a trend."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, theilslopes

from controller.decide.drift.prediction import Dated
from controller.decide.drift.reading import Health
from controller.decide.drift.trend import CHANCE, Trend, mann_kendall, miss, theil_sen, trend
from controller.decide.learner.accuracy import Held
from exporter.seconds import DAY

NOW = 100 * DAY
GOOD = Held(effect=1.0, low=0.5, high=1.5, true_low=0.7, true_high=1.3, measured=1.0, error=0.1)


def seen(*errors: float, since: float = -math.inf, tests: int = 1) -> Trend:
    """Return the trend of predictions a day apart that were off by so many halves of their interval."""
    held = [replace(GOOD, measured=1.0 + 0.5 * error) for error in errors]
    pairs = [Dated(NOW - (len(held) - 1 - place) * DAY, one) for place, one in enumerate(held)]
    return trend("speed", pairs, 14 * DAY, tests=tests, since=since, now=NOW)


def test_errors_that_grow_are_told_with_their_line() -> None:
    found = seen(0.1, 0.3, 0.2, 0.5, 0.6, 0.8, 0.7, 1.0, 1.2, 1.1)
    assert found.health is Health.WARNING
    assert (found.first, found.last, found.per_day) == pytest.approx((0.1125, 1.2375, 0.125))
    assert found.text == (
        f"errors of the predictions for speed over 14 d went from {found.first:.2g} to {found.last:.2g} of half an "
        f"interval, {found.per_day:+.2g} a day (10 predictions, p = {found.chance:.2g}): they grow"
    )


def test_errors_that_shrink_or_stay_are_no_news() -> None:
    assert seen(*np.linspace(1.5, 0.1, 12)).health is Health.HEALTHY
    assert seen(*[0.5] * 12).health is Health.HEALTHY
    assert (seen(*[0.5] * 12).per_day, seen(*[0.5] * 12).chance) == (0.0, 1.0)
    assert "chance explains it" in seen(0.5, 0.1, 0.9, 0.4, 0.2, 0.8, 0.3, 0.6).text


def test_a_line_that_would_begin_below_none_begins_there() -> None:
    assert seen(*[0.0] * 6, 1.0, 3.0, 6.0, 10.0, 15.0, 21.0).first == 0.0


def test_with_fewer_than_eight_nothing_is_said() -> None:
    found = seen(*np.linspace(0, 2, 7))
    assert (found.health, found.count) == (Health.UNKNOWN, 7)
    assert math.isnan(found.per_day)
    assert found.text.endswith("too few predictions to see a trend (7 of 8)")
    assert seen(*np.linspace(0, 2, 14), since=NOW - 6.5 * DAY).count == 7
    assert seen().health is Health.UNKNOWN


def test_several_kpis_share_the_chance_of_a_false_word() -> None:
    errors = (0.1, 0.5, 0.3, 0.2, 0.6, 0.4, 0.8, 0.7)
    assert seen(*errors).health is Health.WARNING
    assert seen(*errors, tests=20).health is Health.HEALTHY


def test_what_is_no_number_and_an_interval_of_no_width_are_left_out() -> None:
    assert math.isnan(miss(Held(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, math.nan)))
    assert miss(replace(GOOD, measured=0.5)) == pytest.approx(1.0)
    assert miss(replace(GOOD, measured=1.75)) == pytest.approx(1.5)
    assert seen(*[math.nan] * 9, *np.linspace(0.1, 1, 5)).count == 5


def test_two_predictions_at_one_time_have_no_slope_between_them() -> None:
    same = [Dated(NOW, replace(GOOD, measured=1 + place / 10)) for place in range(9)]
    found = trend("speed", same, DAY, tests=1, since=-math.inf, now=NOW)
    assert found.per_day == 0.0
    assert found.health is Health.HEALTHY


@given(st.lists(st.integers(0, 6), min_size=8, max_size=30))
def test_slope_and_rank_correlation_are_those_of_the_reference(values: list[int]) -> None:
    series, days = np.array(values, dtype=float), np.arange(float(len(values)))
    assert theil_sen(days, series) == pytest.approx(theilslopes(series, days).slope)
    chance = mann_kendall(series)
    assert 0 <= chance <= 1
    tau = kendalltau(days, series).statistic
    if math.isfinite(tau) and abs(tau) > 1e-9:
        assert (chance < 0.5) == (tau > 0) or chance == pytest.approx(0.5)


def test_chance_alone_is_seldom_called_growth() -> None:
    rng = np.random.default_rng(5)
    runs = 4000
    false = sum(mann_kendall(np.abs(rng.normal(size=14))) < CHANCE for _ in range(runs)) / runs
    assert false < CHANCE + 3 * math.sqrt(CHANCE * (1 - CHANCE) / runs)
    assert false > CHANCE / 2  # and it is no test that never speaks
