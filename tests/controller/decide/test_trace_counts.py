"""Rare counts over a canary: bets prove harm and benefit, and what is no count is judged by the score."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from controller.decide.trace import Trace, trace
from controller.model import KpiEvidence, Role
from exporter.metric import Direction
from tests.controller.decide.series import (
    HISTORY,
    MEAN,
    PLANNED,
    POLICY,
    RATIO,
    counted,
    ends,
    judged,
    poisson,
)


def _rare(
    rates: tuple[float, float], direction: Direction, *, flip: bool = False, role: Role = Role.GUARDRAIL
) -> Trace:
    """Return 300 trials a point in each arm; the history is as the comparison arm."""
    rng = np.random.default_rng(6)
    series = [
        poisson(rng, count, pair, (300.0, 300.0)) for count, pair in ((HISTORY, (rates[1],) * 2), (PLANNED, rates))
    ]
    if flip:
        series = [replace(one, values=1 - one.values) for one in series]
    history, canary = series
    return trace(KpiEvidence(judged(role, direction, 0.01, reading=RATIO), canary, history), POLICY, 1)


@pytest.mark.parametrize("flip", [False, True])
def test_rare_events_are_bet_on_and_failures_of_a_success_rate_as_well(*, flip: bool) -> None:
    bad, good = (Direction.HIGHER, Direction.LOWER) if flip else (Direction.LOWER, Direction.HIGHER)
    harm, benefit = _rare((0.004, 0.001), bad, flip=flip), _rare((0.004, 0.001), good, flip=flip)
    assert (harm.rule, benefit.rule) == ("bets", "bets")
    assert ends(harm)[:2] == (True, False)
    assert ends(benefit)[:2] == (False, True)
    assert harm.effect[-1] == pytest.approx(-0.003 if flip else 0.003, abs=0.0012)
    assert harm.low[-1] < harm.effect[-1] < harm.high[-1]
    assert harm.odds is not None
    assert harm.odds[-1, 0] > -math.log(POLICY.harm_alpha) > harm.odds[-1, 1]


@pytest.mark.parametrize("flip", [False, True])
def test_rare_events_that_stay_rare_are_safe(*, flip: bool) -> None:
    found = _rare((0.001, 0.001), Direction.HIGHER if flip else Direction.LOWER, flip=flip)
    assert ends(found) == (False, False, True)


def test_a_band_of_rare_events_has_no_benefit() -> None:
    found = _rare((0.004, 0.001), Direction.BAND)
    assert ends(found)[:2] == (True, False)
    assert found.odds is not None
    assert np.isneginf(found.odds[:, 1]).all()


def test_without_a_single_event_in_the_history_many_in_the_canary_are_harm() -> None:
    made = np.full((HISTORY, 2), 100.0)
    events = np.zeros((PLANNED, 2))
    events[::3, 0] = 1
    item = KpiEvidence(
        judged(Role.GUARDRAIL, Direction.LOWER, 0.01, reading=RATIO),
        counted(events, made[:PLANNED]),
        counted(made * 0, made),
    )
    found = trace(item, POLICY, 1)
    assert found.rule == "bets"
    assert found.harmed[-1]
    assert 0 < found.detectable < 0.01
    nothing = trace(replace(item, canary=counted(events * 0, made[:PLANNED])), POLICY, 1)
    assert ends(nothing) == (False, False, True)


def test_a_histograms_mean_is_judged_by_the_score_whatever_its_unit() -> None:
    rng = np.random.default_rng(7)
    for level in (0.002, 0.25, 250.0):
        made = np.full((HISTORY, 2), 10.0)
        past = level * (1 + 0.1 * rng.normal(size=(HISTORY, 2)))
        now = level * (1 + 0.1 * rng.normal(size=(PLANNED, 2))) * np.array([1.2, 1.0])
        kpi = judged(Role.GUARDRAIL, Direction.LOWER, 0.1 * level, reading=MEAN)
        found = trace(KpiEvidence(kpi, counted(now * 10, made[:PLANNED]), counted(past * 10, made)), POLICY, 1)
        assert found.rule == "score"
        assert found.harmed[-1]


def test_the_rate_that_can_be_detected_is_detected_four_times_in_five() -> None:
    """40 canaries at the rate that is said to be proven with about 80 %: the formula errs by a few per cent."""
    rng, runs, hits = np.random.default_rng(8), 40, 0
    history = poisson(rng, HISTORY, (0.002, 0.002), (200.0, 200.0))
    kpi = judged(Role.GUARDRAIL, Direction.LOWER, 0.01, reading=RATIO)
    asked = trace(KpiEvidence(kpi, poisson(rng, 5, (0.002, 0.002), (200.0, 200.0)), history), POLICY, 1)
    for _ in range(runs):
        canary = poisson(rng, PLANNED, (0.002 + asked.detectable, 0.002), (200.0, 200.0))
        hits += bool(trace(KpiEvidence(kpi, canary, history), POLICY, 1).harmed.any())
    assert 0.55 * runs <= hits


def test_the_rule_is_chosen_by_the_history_alone() -> None:
    rng = np.random.default_rng(9)
    history = poisson(rng, HISTORY, (0.002, 0.002), (200.0, 200.0))
    for rate in (0.0, 0.002, 0.5):
        item = KpiEvidence(judged(reading=RATIO), poisson(rng, PLANNED, (rate, rate), (200.0, 200.0)), history)
        assert trace(item, POLICY, 1).rule == "bets"
