"""Harm that is tolerated: only what lies beyond it is proven, and nothing else of a trace changes."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide import canary, sequence
from controller.decide.case import Case, MarginUnit
from controller.decide.trace import Trace, trace
from controller.model import JudgedKpi, KpiEvidence, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.cases import gauge
from tests.controller.decide.series import (
    HISTORY,
    PLANNED,
    POLICY,
    RATIO,
    at_most,
    ends,
    evidence,
    judged,
    noise,
    poisson,
)

LOWER = Direction.LOWER
TOUCHED = {"harmed", "harm_needed", "danger", "tolerated"}


def _rail(tolerated: float, direction: Direction = LOWER, margin: float = 2.0) -> JudgedKpi:
    return replace(judged(Role.GUARDRAIL, direction, margin), tolerated=tolerated)


def _trace(effect: float, kpi: JudgedKpi, seed: int = 1) -> Trace:
    rng = np.random.default_rng(seed)
    return trace(evidence(noise(rng, PLANNED) + effect, noise(rng, HISTORY), kpi), POLICY, 1)


@pytest.mark.parametrize(("direction", "way"), [(LOWER, 1.0), (Direction.HIGHER, -1.0)])
def test_a_price_below_what_is_tolerated_is_paid_and_one_beyond_it_is_not(direction: Direction, way: float) -> None:
    assert ends(_trace(way * 1.5, _rail(0.0, direction)))[0]
    assert not ends(_trace(way * 1.5, _rail(2.0, direction)))[0]
    assert ends(_trace(way * 4.5, _rail(2.0, direction)))[0]


@given(st.floats(0.0, 5.0), st.floats(-4.0, 4.0), st.sampled_from(list(Direction)), st.integers(0, 20))
def test_only_the_harm_test_moves_and_by_that_much(
    spared: float, effect: float, direction: Direction, seed: int
) -> None:
    plain, moved = (_trace(effect, _rail(amount, direction), seed) for amount in (0.0, spared))
    for field in fields(Trace):
        if field.name not in TOUCHED:
            np.testing.assert_array_equal(getattr(plain, field.name), getattr(moved, field.name))
    np.testing.assert_allclose(moved.harm_needed, plain.harm_needed + spared)
    assert not (moved.harmed & ~plain.harmed).any()
    assert moved.tolerated == spared


def test_harm_of_exactly_what_is_tolerated_is_rolled_back_no_more_often_than_alpha() -> None:
    runs = 400
    found = sum(ends(_trace(1.0, _rail(1.0), seed))[0] for seed in range(runs))
    assert found <= at_most(POLICY.harm_alpha, runs)


@pytest.mark.parametrize("unit", list(MarginUnit))
def test_it_is_measured_as_the_margin_is(unit: MarginUnit) -> None:
    rng = np.random.default_rng(3)
    kpi = replace(judged(Role.GUARDRAIL, LOWER, 0.5, unit=unit), tolerated=0.1)
    past = evidence(noise(rng, PLANNED), noise(rng, HISTORY)).history
    history = replace(past, values=past.values + 20.0)
    item = KpiEvidence(kpi, replace(history, times=history.times + 7200), history)
    level, spread = history.mean(1), history.spread(1)
    wanted = {MarginUnit.ABSOLUTE: 0.1, MarginUnit.RELATIVE: 0.1 * level, MarginUnit.SD: 0.1 * spread}[unit]
    assert trace(item, POLICY, 1).tolerated == pytest.approx(wanted)


def _rare(rate: float, tolerated: float, seed: int = 6, *, flip: bool = False) -> Trace:
    rng = np.random.default_rng(seed)
    history, now = (
        poisson(rng, count, (first, 0.001), (300.0, 300.0)) for count, first in ((HISTORY, 0.001), (PLANNED, rate))
    )
    if flip:
        history, now = (replace(one, values=1 - one.values) for one in (history, now))
    direction = Direction.HIGHER if flip else LOWER
    kpi = replace(judged(Role.GUARDRAIL, direction, 0.01, reading=RATIO), tolerated=tolerated)
    return trace(KpiEvidence(kpi, now, history), POLICY, 1)


@pytest.mark.parametrize("flip", [False, True])
def test_rare_counts_need_rates_that_are_that_far_apart(*, flip: bool) -> None:
    assert ends(_rare(0.004, 0.0, flip=flip))[0]
    assert not ends(_rare(0.004, 0.004, flip=flip))[0]
    assert ends(_rare(0.012, 0.004, flip=flip))[0]
    assert not ends(_rare(0.001, 0.004, flip=flip))[0]


def test_rare_harm_of_what_is_tolerated_is_rolled_back_no_more_often_than_alpha() -> None:
    runs = 100
    found = sum(ends(_rare(0.003, 0.002, seed))[0] for seed in range(runs))
    assert found <= at_most(POLICY.harm_alpha, runs)


def test_the_reason_says_what_was_tolerated() -> None:
    rng = np.random.default_rng(1)
    canary_arm, history = noise(rng, PLANNED) + 4.5, noise(rng, HISTORY)
    look = canary.judge((evidence(canary_arm, history, _rail(2.0)),), POLICY)
    assert look.verdict is Verdict.ROLLBACK
    assert look.reasons[0].startswith("kpi: harm beyond the tolerated 2: effect +4")
    plain = canary.judge((evidence(canary_arm, history, _rail(0.0)),), POLICY)
    assert plain.reasons[0].startswith("kpi: harm: effect +4")


def test_a_case_carries_it() -> None:
    rng = np.random.default_rng(1)
    rail = gauge(
        noise(rng, PLANNED) + 1.5, noise(rng, HISTORY), name="rail", role=Role.GUARDRAIL, direction=LOWER, margin=2.0
    )
    main = gauge(noise(rng, PLANNED) + 9, noise(rng, HISTORY))
    strict = sequence.judge(Case("c", PLANNED, 0.05, (main, rail)), POLICY)
    paying = sequence.judge(Case("c", PLANNED, 0.05, (main, replace(rail, tolerated=2.0))), POLICY)
    assert (strict.verdict, paying.verdict) == (Verdict.ROLLBACK, Verdict.PROCEED)
