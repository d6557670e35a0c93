"""What the numbers of one KPI at one look mean."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from controller.casebook.reading import (
    allowed,
    benefit_line,
    benefit_share,
    better,
    harm_lines,
    harm_share,
    interval,
    margin_lines,
)
from controller.model import JudgedKpi, Role
from exporter.metric import Direction
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, kpi

UP, DOWN = TERMS.kpis[PRIMARY], TERMS.kpis[RAIL]
BAND = JudgedKpi(replace(UP.kpi, direction=Direction.BAND), Role.GUARDRAIL, 0.1)


def test_an_older_journal_has_no_ends_of_the_interval_and_no_margin() -> None:
    item = kpi(RAIL, 0.02, 0.05, 9, low=math.nan, high=math.nan, allowed=math.nan)
    assert interval(item) == pytest.approx((-0.03, 0.07))
    assert allowed(item, DOWN) == 0.05
    assert math.isnan(allowed(item, None))
    assert interval(kpi(RAIL, 0.02, 0.05, 9, low=-1.0, high=2.0)) == (-1.0, 2.0)


def test_boundaries_lie_on_the_side_that_the_direction_says() -> None:
    item = kpi(PRIMARY, 0.0, 0.05, 9, harm_needed=0.06, benefit_needed=0.04)
    assert harm_lines(item, UP) == (-0.06,)
    assert harm_lines(item, DOWN) == (0.06,)
    assert harm_lines(item, BAND) == pytest.approx((-0.08, 0.08))  # what is allowed, and what must be proven beyond it
    assert (benefit_line(item, UP), benefit_line(item, DOWN)) == (0.04, -0.04)
    assert harm_lines(item, None) == ()


def test_only_a_guardrail_has_a_margin_and_only_a_primary_kpi_a_benefit() -> None:
    primary, rail = kpi(PRIMARY, 0.0, 0.05, 9), kpi(RAIL, 0.0, 0.05, 9)
    assert margin_lines(primary, UP) == ()
    assert margin_lines(rail, DOWN) == (0.05,)
    assert margin_lines(rail, BAND) == (-0.05, 0.05)
    assert math.isnan(benefit_line(rail, DOWN))


def test_shares_of_the_boundaries() -> None:
    bad = kpi(PRIMARY, -0.03, 0.05, 9, harm_needed=0.06, benefit_needed=0.04)
    assert harm_share(bad, UP) == pytest.approx(0.5)
    assert benefit_share(bad, UP) == pytest.approx(-0.75)
    assert harm_share(bad, BAND) == pytest.approx(0.03 / 0.08)
    odds = kpi(PRIMARY, -0.03, 0.05, 9, harm_needed=math.nan, benefit_needed=math.nan, rule="bets")
    assert math.isnan(harm_share(odds, UP))
    assert math.isnan(benefit_share(odds, UP))
    early = kpi(PRIMARY, -0.03, math.inf, 1)
    assert math.isnan(harm_share(early, UP))
    assert (better(UP), better(DOWN), math.isnan(better(BAND)), math.isnan(better(None))) == (1, -1, True, True)
