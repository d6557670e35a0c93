"""What a canary detects: less with time, less with traffic; and what is missing when it cannot be said."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from controller.decide.power import Plan, detectable
from controller.replay.planner import Hope
from controller.replay.planning import Outlook, best, blind_margin, outlooks
from controller.replay.record import Record
from tests.controller.replay.ground import STEP, config, record

FOUND = record(1500, seed=7)
LONG = record(5760, seed=7)  # a day


@pytest.fixture(scope="module")
def day() -> tuple[Outlook, Outlook]:
    """Return what a day of history says."""
    return _both(LONG)


def _both(found: Record, *hopes: Hope, **canary: Any) -> tuple[Outlook, Outlook]:
    first, second = outlooks(found, config(**canary), hopes)
    return first, second


def test_a_longer_canary_detects_less_and_the_configured_one_is_marked(day: tuple[Outlook, Outlook]) -> None:
    for outlook in day:
        effects = [reach.effect for reach in outlook.durations][:4]
        assert effects == sorted(effects, reverse=True)
        assert [reach.seconds for reach in outlook.durations] == [900, 1800, 3600, 7200, 14400, 28800]
        assert [reach.seconds for reach in outlook.durations if reach.configured] == [1800]


def test_durations_in_which_no_promotion_is_possible_are_left_out_and_an_odd_plan_is_added() -> None:
    sales, _ = _both(FOUND, minimum_proceed=80, duration="50m")
    assert [reach.seconds for reach in sales.durations] == [1800, 3000, 3600, 7200, 14400, 28800]
    assert [reach.seconds for reach in sales.durations if reach.configured] == [3000]


def test_more_traffic_detects_less_of_a_ratio_and_a_gauge_does_not_say() -> None:
    sales, stock = _both(FOUND)
    effects = {reach.share: reach.effect for reach in sales.shares}
    assert list(effects) == [0.05, 0.1, 0.2, 0.5]
    assert list(effects.values()) == sorted(effects.values(), reverse=True)
    at_20, at_5 = effects[0.2], effects[0.05]
    assert at_5 / at_20 == pytest.approx(math.sqrt(0.2 * 0.8 / (0.05 * 0.95)), rel=0.1)  # independent sales
    assert stock.shares == ()
    assert next(reach.effect for reach in sales.durations if reach.configured) == at_20


def test_levels_margins_and_points_are_the_historys() -> None:
    sales, stock = _both(FOUND)
    assert sales.level == pytest.approx(0.3, abs=0.01)
    assert stock.level == pytest.approx(50, abs=0.1)
    assert stock.allowed == 2.0
    assert (stock.points, stock.span) == (1500, 1499 * STEP)
    assert not blind_margin(sales)  # a primary KPI has no margin
    assert not blind_margin(stock)
    assert blind_margin(replace(stock, allowed=0.01))


def test_the_duration_that_an_effect_needs_detects_it_and_a_shorter_one_does_not() -> None:
    sales, _ = _both(LONG, Hope("conversion", 0.02), Hope("conversion", -0.1, relative=True), Hope("conversion", 1e-6))
    near, relative, tiny = sales.needs
    assert near.seconds is not None
    settings = config()
    course = LONG.courses[0]
    history = course.paired(LONG.times, LONG.same)

    def least(points: int) -> float:
        return detectable(course.judged, history, settings.policy, 2, Plan(points))

    points = round(near.seconds / STEP)
    assert least(points) <= 0.02 < least(round(points * 0.9))
    assert relative.effect == pytest.approx(0.1 * sales.level)
    assert (tiny.seconds, tiny.most) == (None, 7 * 86400)


def test_a_length_that_detects_more_than_longer_ones_is_found(day: tuple[Outlook, Outlook]) -> None:
    """Eight hours are long against a day of history: they detect less than two."""
    _, stock = day
    found = best(stock)
    assert found.effect < stock.durations[-1].effect
    _, again = _both(LONG, Hope("stock", 1.02 * found.effect))
    assert again.needs[0].seconds is not None
    assert again.needs[0].seconds <= found.seconds


def test_a_missing_arm_is_named() -> None:
    sales, stock = FOUND.courses
    found = replace(FOUND, courses=(replace(sales, absent=("canary",)), stock))
    first, second = _both(found)
    assert first.problem.startswith("no sample of canary")
    assert not first.short
    assert second.problem == ""


def test_a_short_history_says_how_much_longer() -> None:
    found = record(200)
    short, _ = _both(found)
    assert (short.problem, short.short) == ("200 points of A/A history, 240 needed: 10 min more", True)


def test_points_of_canaries_are_no_history() -> None:
    found = record(1500, better=slice(100, 700))
    assert _both(found)[0].points == 900


def test_no_traffic_is_a_problem() -> None:
    sales, stock = FOUND.courses
    idle = replace(sales.canary, values=np.zeros(1500), weights=np.zeros(1500))
    found = replace(FOUND, courses=(replace(sales, canary=idle), stock))
    assert "no traffic" in _both(found)[0].problem


def test_a_plan_too_long_for_its_history_says_how_much_it_needs() -> None:
    sales, _ = _both(record(250), duration="7d", history="28d")
    assert sales.problem.startswith("250 points of A/A history, 1344 needed: 4 h 34 min more")
