"""What is said to be detectable is detected; longer canaries and more traffic detect less; nothing sees nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.decide.canary import judge
from controller.decide.power import Plan, detectable, points_needed, said
from controller.decide.trace import trace
from controller.model import Floats, JudgedKpi, KpiEvidence, PairedSeries, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.series import (
    HISTORY,
    MEAN,
    PLANNED,
    POLICY,
    RATIO,
    at_least,
    at_most,
    counted,
    evidence,
    judged,
    noise,
    paired,
    poisson,
)


def _history(seed: int = 1, count: int = 10 * HISTORY, rho: float = 0.5) -> PairedSeries:
    return paired(noise(np.random.default_rng(seed), count, rho))


def _detectable(history: PairedSeries, points: int = PLANNED, more: float = 1.0, kpi: JudgedKpi | None = None) -> float:
    return detectable(kpi or judged(), history, POLICY, 1, Plan(points, more))


@pytest.mark.parametrize("role", list(Role))
def test_the_detectable_effect_is_proven_four_times_in_five(role: Role) -> None:
    """150 canaries: the Monte-Carlo error of 80 % is 3.3 %; looks before the end let a few more through."""
    rng, runs, rho = np.random.default_rng(2), 150, 0.5
    past = noise(rng, 10 * HISTORY, rho)
    kpi = judged(role)
    effect = _detectable(paired(past), kpi=kpi) * (1 if role is Role.PRIMARY else -1)
    hits = 0
    for _ in range(runs):
        found = trace(evidence(noise(rng, PLANNED, rho) + effect, past, kpi), POLICY, 1)
        hits += bool((found.better if role is Role.PRIMARY else found.harmed).any())
    assert at_least(0.75, runs) <= hits <= at_most(0.88, runs)


def test_it_is_what_the_canary_itself_says_at_its_look() -> None:
    history = _history()
    item = KpiEvidence(judged(), paired(np.zeros(PLANNED), start=history.times[-1] + 300.0), history)
    (kpi,) = judge((item,), POLICY).kpis
    assert kpi.detectable == pytest.approx(_detectable(history), rel=0.02)


def test_longer_canaries_detect_less_and_slow_noise_more() -> None:
    history = _history()
    found = [_detectable(history, points) for points in (20, 60, 120, 240)]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(found[1] * math.sqrt(3), rel=0.35)
    assert _detectable(_history(rho=0.9)) > _detectable(_history(rho=0.5)) > _detectable(_history(rho=0.0))


def test_twice_the_traffic_helps_counters_and_no_gauge() -> None:
    rng = np.random.default_rng(3)
    frequent = poisson(rng, 2000, (0.3, 0.3), (50.0, 50.0))
    kpi = judged(reading=RATIO)
    assert _detectable(frequent, more=4.0, kpi=kpi) == pytest.approx(_detectable(frequent, kpi=kpi) / 2, rel=0.1)
    rare = poisson(rng, 2000, (0.002, 0.002), (50.0, 50.0))
    assert _detectable(rare, more=4.0, kpi=kpi) < 0.7 * _detectable(rare, kpi=kpi)
    assert _detectable(_history(), more=4.0) == _detectable(_history())


def test_more_kpis_make_a_guardrail_s_harm_harder_to_detect() -> None:
    rail = judged(Role.GUARDRAIL)
    one, twenty = (detectable(rail, _history(), POLICY, metrics, Plan(PLANNED)) for metrics in (1, 20))
    assert 1.1 * one < twenty < 1.6 * one


@pytest.mark.parametrize("scale", [1e-300, 1e-3, 1e3, 1e300])
def test_it_follows_the_unit(scale: float) -> None:
    past = noise(np.random.default_rng(1), HISTORY)
    assert _detectable(paired(scale * past)) == pytest.approx(scale * _detectable(paired(past)), rel=1e-3)


@pytest.mark.parametrize("level", [0.0, 0.3, 1e300])
def test_after_a_history_that_never_moved_any_movement_is_seen(level: float) -> None:
    assert _detectable(paired(np.full(HISTORY, level))) == 0.0


def _traffic(trials: Floats) -> PairedSeries:
    return counted(0.4 * trials, trials)


def test_points_without_trials_do_not_hide_that_it_never_moved() -> None:
    made = np.full((HISTORY, 2), 30.0)
    made[5, 0] = 0.0
    assert _detectable(_traffic(made), kpi=judged(reading=RATIO)) == 0.0


def test_without_a_history_nothing_is_detected() -> None:
    assert _detectable(paired(np.empty(0))) == math.inf
    assert _detectable(paired(noise(np.random.default_rng(1), 15))) == math.inf
    assert _detectable(_traffic(np.tile((9.0, 0.0), (HISTORY, 1))), kpi=judged(reading=RATIO)) == math.inf
    assert _detectable(paired(noise(np.random.default_rng(1), 100)), points=10_000) == math.inf


def test_a_history_without_a_single_event_still_says_how_many_would_be_proof() -> None:
    made = np.full((10 * HISTORY, 2), 100.0)
    found = _detectable(counted(0 * made, made), kpi=judged(Role.GUARDRAIL, Direction.LOWER, reading=RATIO))
    assert 5 < found * 100 * PLANNED < 30


def test_a_histograms_mean_is_no_count() -> None:
    rng = np.random.default_rng(4)
    made = np.full((HISTORY, 2), 20.0)
    usual = 250 * (1 + 0.1 * rng.normal(size=made.shape))
    found = _detectable(counted(usual * made, made), kpi=judged(reading=MEAN))
    assert 5 < found < 40


def test_the_points_needed_are_the_fewest_that_do() -> None:
    history, most = _history(), 240
    for effect in (0.4, 0.6):
        points = points_needed(judged(), history, POLICY, 1, effect=effect, most=most)
        assert points is not None
        assert _detectable(history, points) <= effect
        assert _detectable(history, max(POLICY.minimum_proceed, round(points * 0.95) - 2)) > effect
    assert points_needed(judged(), history, POLICY, 1, effect=1e-6, most=most) is None
    assert points_needed(judged(), history, POLICY, 1, effect=50.0, most=most) == POLICY.minimum_proceed


def test_more_information_needs_fewer_points() -> None:
    history = poisson(np.random.default_rng(7), 2000, (0.3, 0.3), (50.0, 50.0))
    kpi = judged(reading=RATIO)
    found = [
        points_needed(kpi, history, POLICY, 1, effect=0.06, most=240, information=more) or math.inf
        for more in (0.2, 1.0, 5.0)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[2]


def test_a_search_beyond_what_the_history_allows_still_finds_what_lies_within() -> None:
    history = paired(noise(np.random.default_rng(1), HISTORY))
    within, beyond = (points_needed(judged(), history, POLICY, 1, effect=1.5, most=most) for most in (240, 1_000_000))
    assert within is not None
    assert beyond is not None
    assert max(within, beyond) <= 30
    assert points_needed(judged(), paired(np.zeros(5)), POLICY, 1, effect=0.5, most=100) is None


def test_two_arms_say_what_their_harmonic_mean_says() -> None:
    assert said(0.2, 0.8) == pytest.approx(0.16)
    assert said(0.5, 0.5) == pytest.approx(0.25)
    assert said(0.05, 0.95) < said(0.2, 0.8)


def test_the_verdict_agrees_that_the_effect_was_large_enough() -> None:
    history = noise(np.random.default_rng(5), 10 * HISTORY)
    effect = 2 * _detectable(paired(history))
    item = evidence(noise(np.random.default_rng(6), PLANNED) + effect, history)
    assert judge((item,), POLICY).verdict is Verdict.PROCEED
