"""One KPI over a canary: which rule judges it, what counts as harm, and in which unit margins are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from controller.decide.trace import Bounds, Trace, gap, margin, trace
from controller.model import Floats, JudgedKpi, KpiEvidence, MarginUnit, Role
from exporter.metric import Direction
from tests.controller.decide.series import (
    HISTORY,
    PLANNED,
    POLICY,
    RATIO,
    counted,
    ends,
    evidence,
    judged,
    noise,
    paired,
)

ALL = (Direction.HIGHER, Direction.LOWER, Direction.BAND)


def _trace(canary: Floats, history: Floats, kpi: JudgedKpi | None = None) -> Trace:
    return trace(evidence(canary, history, kpi), POLICY, 1)


def _noisy(effect: float, kpi: JudgedKpi | None = None, seed: int = 1) -> Trace:
    rng = np.random.default_rng(seed)
    return _trace(noise(rng, PLANNED) + effect, noise(rng, HISTORY), kpi)


# --- a history that never moved


@pytest.mark.parametrize("direction", ALL)
@pytest.mark.parametrize("level", [0.0, 0.1, 1 / 3, -2e-17, 1e300])
def test_arms_that_stand_still_as_ever_are_equal_for_certain(level: float, direction: Direction) -> None:
    found = _trace(np.full(PLANNED, level), np.full(HISTORY, level), judged(direction=direction))
    assert found.rule == "still"
    assert not found.harmed.any()
    assert found.safe[-1]
    assert not found.effect.any()
    if direction is not Direction.BAND:  # to stay in a band is all that can be asked of it
        assert not found.better.any()


def test_a_shift_after_a_history_that_never_moved_is_certain() -> None:
    fell = _trace(np.full(PLANNED, -0.1), np.zeros(HISTORY), judged(margin=0.05))
    assert ends(fell) == (True, False, False)
    assert fell.effect == pytest.approx(np.full(PLANNED, -0.1))
    assert ends(_trace(np.full(PLANNED, 0.1), np.zeros(HISTORY))) == (False, True, True)


def test_movement_after_a_history_that_never_moved_is_judged_by_itself() -> None:
    found = _trace(noise(np.random.default_rng(1), PLANNED), np.zeros(HISTORY))
    assert found.rule == "still"
    assert ends(found)[:2] == (False, False)
    assert found.error[-1] == pytest.approx(1 / math.sqrt(PLANNED), rel=0.6)


@pytest.mark.parametrize("level", [1.0, 1e6, 1e-200])
def test_the_rest_of_rounding_is_no_movement(level: float) -> None:
    """Two means that are equal on paper differ in the last digit; that is neither noise nor an effect."""
    rng = np.random.default_rng(2)
    jitter = level * 1e-16 * rng.integers(-2, 3, HISTORY + PLANNED)
    item = KpiEvidence(
        judged(margin=0.01 * level),
        paired(level + jitter[HISTORY:], level),
        paired(level + jitter[:HISTORY], level, start=-15.0 * HISTORY),
    )
    found = trace(item, POLICY, 1)
    assert found.rule == "still"
    assert ends(found) == (False, False, True)


def test_a_tiny_movement_above_rounding_is_movement() -> None:
    rng = np.random.default_rng(3)
    series = 1e-9 * noise(rng, HISTORY + PLANNED)
    item = KpiEvidence(judged(), paired(1 + series[HISTORY:], 1.0), paired(1 + series[:HISTORY], 1.0))
    assert trace(item, POLICY, 1).rule == "score"


def test_points_at_which_an_arm_had_no_trials_are_no_movement() -> None:
    """Their value is 0, which is no level of anything."""
    made = np.full((HISTORY, 2), 30.0)
    made[7, 0] = made[100, 1] = 0.0
    history = counted(0.4 * made, made)
    now = made[:PLANNED]
    found = trace(KpiEvidence(judged(reading=RATIO), counted(0.4 * now, now), history), POLICY, 1)
    assert found.rule == "still"
    assert ends(found)[:2] == (False, False)


# --- directions


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_what_is_harm_in_one_direction_is_benefit_in_the_other(side: float) -> None:
    good = _noisy(side * 2, judged(direction=Direction.HIGHER if side > 0 else Direction.LOWER))
    bad = _noisy(side * 2, judged(direction=Direction.LOWER if side > 0 else Direction.HIGHER))
    assert ends(good) == (False, True, True)
    assert ends(bad) == (True, False, False)
    assert good.effect.tolist() == bad.effect.tolist()


@pytest.mark.parametrize(("effect", "harmed", "safe"), [(3.0, True, False), (0.1, False, True), (-3.0, True, False)])
def test_a_band_is_left_on_either_side_beyond_its_margin(effect: float, *, harmed: bool, safe: bool) -> None:
    found = _noisy(effect, judged(Role.GUARDRAIL, Direction.BAND, 1.0))
    assert bool(found.harmed.any()) is harmed
    assert bool(found.safe[-1]) is safe


def test_harm_is_proven_however_small_it_is_against_the_margin_but_a_band_s_must_exceed_it() -> None:
    rail = _noisy(-1.5, judged(Role.GUARDRAIL, margin=100.0))
    assert ends(rail) == (True, False, True)
    assert ends(_noisy(-1.5, judged(Role.GUARDRAIL, Direction.BAND, 100.0)))[0] is False


# --- margins


def test_margins_are_absolute_or_relative_to_the_comparison_s_level_or_in_its_deviations() -> None:
    rng = np.random.default_rng(4)
    history = paired(np.zeros(HISTORY), 50 + 4 * noise(rng, HISTORY))
    kpis = {unit: judged(margin=0.1, unit=unit) for unit in MarginUnit}
    assert margin(kpis[MarginUnit.ABSOLUTE], history) == 0.1
    assert margin(kpis[MarginUnit.RELATIVE], history) == pytest.approx(5.0, rel=0.02)
    assert margin(kpis[MarginUnit.SD], history) == pytest.approx(0.4, rel=0.1)
    negative = replace(history, values=-history.values)
    assert margin(kpis[MarginUnit.RELATIVE], negative) == pytest.approx(5.0, rel=0.02)


@pytest.mark.parametrize(("allowed", "safe"), [(0.01, False), (2.0, True)])
def test_safety_is_to_rule_out_harm_beyond_the_margin(allowed: float, *, safe: bool) -> None:
    found = _noisy(0.0, judged(Role.GUARDRAIL, margin=allowed))
    assert bool(found.safe[-1]) is safe
    assert found.margin.tolist() == [allowed] * PLANNED


# --- the course


def test_nothing_is_decided_before_the_first_look() -> None:
    harm, benefit = _noisy(-9.0), _noisy(9.0)
    assert harm.harmed.argmax() == POLICY.minimum_harm - 1
    assert benefit.better.argmax() == POLICY.minimum_proceed - 1
    assert benefit.safe.argmax() >= POLICY.minimum_proceed - 1


def test_the_interval_holds_the_effect_and_narrows_until_the_planned_end() -> None:
    found = _noisy(0.7)
    assert (found.low < found.effect).all()
    assert (found.effect < found.high).all()
    width = found.high - found.low
    assert width[-1] == pytest.approx(width[POLICY.minimum_proceed :].min(), rel=0.05)
    assert width[-1] < width[5] / 2


def test_what_can_be_detected_is_what_the_boundary_and_the_power_ask_for() -> None:
    """White noise of a deviation of 1; what a short history leaves open makes it larger, by a sixth at the median."""
    found = [_noisy(0.0, seed=seed).detectable for seed in range(30)]
    height = float(Bounds.of(POLICY, 1).benefit.constant)
    least = (height + norm.isf(0.2)) / math.sqrt(PLANNED)
    assert least < float(np.median(found)) < 1.3 * least
    assert min(found) > 0.85 * least


def test_the_chance_to_succeed_is_high_for_a_benefit_and_low_for_a_harm() -> None:
    half = PLANNED // 2 - 1
    assert _noisy(1.0).chance[half] > 0.99
    assert _noisy(-0.5).chance[half] < 0.01
    end = _noisy(0.0).chance[-1]
    assert end == 0.0


def test_more_kpis_make_harm_harder_to_prove_and_benefit_as_easy() -> None:
    rng = np.random.default_rng(5)
    item = evidence(noise(rng, PLANNED), noise(rng, HISTORY))
    one, twenty = trace(item, POLICY, 1), trace(item, POLICY, 20)
    assert (twenty.harm_needed > 1.2 * one.harm_needed).all()
    assert twenty.benefit_needed.tolist() == one.benefit_needed.tolist()


def test_a_gap_between_history_and_canary_is_read_off_their_times() -> None:
    history = paired(np.zeros(100), start=0.0)
    assert gap(history, paired(np.zeros(5), start=1500.0)) == 1
    assert gap(history, paired(np.zeros(5), start=1500.0 + 15 * 30)) == 31
    assert gap(history, paired(np.zeros(5), start=1e9)) == 100
    assert gap(history, paired(np.empty(0))) == 0
    assert gap(paired(np.zeros(1)), paired(np.zeros(5), start=99.0)) == 0
