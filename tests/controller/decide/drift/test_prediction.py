"""Median error beyond noise, and coverage: few predictions say little, many must hold."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from controller.decide.drift.policy import CoveragePolicy, PredictionPolicy
from controller.decide.drift.prediction import Dated, coverage, error, most_hits
from controller.decide.drift.reading import Health, Reading
from controller.decide.learner.accuracy import Held
from exporter.seconds import DAY

POLICY, COVERAGE = PredictionPolicy(), CoveragePolicy()
NOW = 100 * DAY
GOOD = Held(effect=1.0, low=0.5, high=1.5, true_low=0.7, true_high=1.3, measured=1.0, error=0.1)
BAD = replace(GOOD, measured=-1.0)  # 200 % off, 20 of which the noise explains


def pairs(*held: Held, until: float = NOW) -> list[Dated]:
    """Return predictions a day apart, the last one at `until`."""
    return [Dated(until - (len(held) - 1 - place) * DAY, one) for place, one in enumerate(held)]


def said(found: list[Dated], known: int = 20, since: float = -math.inf) -> Reading:
    """Return what the median says."""
    return error("speed", found, POLICY, known=known, since=since, now=NOW)


def test_good_predictions_are_healthy() -> None:
    found = said(pairs(*[GOOD] * 10))
    assert (found.health, found.value, found.count, found.kpi) == (Health.HEALTHY, 0.0, 10, "speed")


def test_before_enough_is_known_nothing_is_said() -> None:
    assert "(14 of 15 canaries)" in said(pairs(*[BAD] * 10), known=14).text
    assert said(pairs(*[BAD] * 10), known=14).health is Health.UNKNOWN
    assert "too few predictions to say (4 of 5)" in said(pairs(*[BAD] * 4)).text
    assert said([]).health is Health.UNKNOWN


def test_where_no_share_would_be_drift_the_threshold_is_none() -> None:
    few = replace(COVERAGE, least=2, expected=0.5)
    found = coverage("speed", pairs(BAD, BAD), few, tests=1, since=-math.inf, now=NOW)
    assert not found.drifted
    assert math.isnan(found.threshold)
    assert "held 0 of 2 (0%), drift takes more predictions: " in found.text


def test_errors_must_last_three_days() -> None:
    assert said(pairs(*[BAD] * 9)).health is Health.DRIFT  # five were known four days ago
    assert said(pairs(*[BAD] * 7)).health is Health.WARNING  # three days ago there were but four
    fresh = said(pairs(*[GOOD] * 4, *[BAD] * 6))
    assert fresh.health is Health.WARNING
    assert "it is drift when it stays there for 3 d" in fresh.text


def test_a_break_among_the_three_days_begins_anew() -> None:
    # of 14 days, good predictions are in the majority until one leaves the window
    mixed = pairs(*[GOOD] * 7, *[BAD] * 8)
    assert said(mixed).health is Health.WARNING
    assert said(pairs(*[GOOD] * 3, *[BAD] * 10)).health is Health.DRIFT


def test_what_was_told_before_counts_no_more() -> None:
    found = pairs(*[BAD] * 12)
    assert said(found).health is Health.DRIFT
    assert said(found, since=NOW - 4.5 * DAY).health is not Health.DRIFT


def test_what_is_not_known_is_left_out() -> None:
    unknown = replace(GOOD, measured=math.nan)
    assert said(pairs(*[unknown] * 10, *[GOOD] * 5)).count == 5
    assert coverage("", pairs(*[unknown] * 20), COVERAGE, tests=1, since=-math.inf, now=NOW).count == 0


def covered(hits: int, count: int, tests: int = 1) -> Reading:
    """Return what the coverage of so many predictions within a day says."""
    held = [GOOD] * hits + [BAD] * (count - hits)
    found = [Dated(NOW - place, one) for place, one in enumerate(held)]
    return coverage("", found, COVERAGE, tests=tests, since=-math.inf, now=NOW)


def test_coverage_is_held_against_chance() -> None:
    assert covered(19, 20).health is Health.HEALTHY
    assert covered(4, 7).health is Health.UNKNOWN
    assert covered(13, 20).health is Health.WARNING
    found = covered(5, 20)
    assert found.health is Health.DRIFT
    assert found.text == (
        f"95 % intervals of all predictions over 14 d held 5 of 20 (25%), drift is {most_hits(20, COVERAGE, 1)} or "
        "fewer: chance does not explain so few: the model is sure of what is wrong"
    )


def test_many_predictions_need_not_miss_by_far() -> None:
    few, many = covered(8, 10), covered(160, 200)
    assert few.threshold < many.threshold < COVERAGE.expected


@given(st.integers(1, 300), st.integers(1, 12))
def test_the_most_hits_are_the_most_that_chance_does_not_explain(count: int, tests: int) -> None:
    most, limit = most_hits(count, COVERAGE, tests), COVERAGE.chance / tests
    assert most < 0 or binom.cdf(most, count, COVERAGE.expected) < limit
    assert binom.cdf(most + 1, count, COVERAGE.expected) >= limit


@pytest.mark.parametrize("held", [GOOD, BAD])
def test_old_predictions_say_nothing(held: Held) -> None:
    found = coverage("", pairs(*[held] * 20, until=NOW - 15 * DAY), COVERAGE, tests=1, since=-math.inf, now=NOW)
    assert found.health is Health.UNKNOWN
