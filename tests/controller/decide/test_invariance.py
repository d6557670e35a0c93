"""What must not change a verdict: units, levels, which arm is called what; and what may only make it worse: harm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide import sequence
from controller.decide.case import Case, MetricCase, Outcome, SeriesKind
from controller.decide.policy import Policy
from controller.model import Floats, MarginUnit, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.cases import HISTORY, case, gauge
from tests.controller.decide.series import noise

PLANNED = 48
POLICY = Policy(minimum_harm=5, minimum_proceed=10)
SEED = st.integers(0, 2**32 - 1)
EFFECT = st.sampled_from([-2.0, -0.8, 0.0, 0.8, 2.0])
OPPOSITE = {
    Direction.HIGHER: Direction.LOWER,
    Direction.LOWER: Direction.HIGHER,
    Direction.BAND: Direction.BAND,
}


def _judge(of: MetricCase, policy: Policy = POLICY) -> Outcome:
    return sequence.judge(case(of, planned=PLANNED), policy)


def _noisy(seed: int, effect: float, **more: object) -> MetricCase:
    rng = np.random.default_rng(seed)
    arms = [noise(rng, size, 0.5) for size in (PLANNED, PLANNED, HISTORY, HISTORY)]
    one = gauge(arms[0] + effect, arms[2], comparison=arms[1], past=arms[3])
    return replace(one, **more)  # type: ignore[arg-type]


def _mapped(one: MetricCase, scale: float, shift: float) -> MetricCase:
    arms = (one.canary, one.comparison, one.history_canary, one.history_comparison)
    canary, comparison, past, other = (scale * (arm + shift) for arm in arms)
    margin = one.margin * (scale if one.margin_unit is MarginUnit.ABSOLUTE else 1)
    return replace(
        one, canary=canary, comparison=comparison, history_canary=past, history_comparison=other, margin=margin
    )


def _assert_same_but_scaled(one: Outcome, other: Outcome, scale: float = 1.0) -> None:
    assert (other.verdict, other.decided_at) == (one.verdict, one.decided_at)
    mine, found = one.metrics[0], other.metrics[0]
    wanted = [scale * number for number in (mine.estimate, mine.low, mine.high, mine.mde)]
    slack = 1e-3 * (wanted[2] - wanted[1])
    assert [found.estimate, found.low, found.high, found.mde] == pytest.approx(wanted, rel=1e-3, abs=slack)
    assert np.isfinite(found.estimate)


@given(SEED, EFFECT, st.integers(-300, 300), st.sampled_from([MarginUnit.ABSOLUTE, MarginUnit.SD]))
@settings(max_examples=40)
def test_the_unit_changes_the_numbers_and_no_verdict(seed: int, effect: float, power: int, unit: MarginUnit) -> None:
    one = _noisy(seed, effect, margin_unit=unit, role=Role.GUARDRAIL if seed % 2 else Role.PRIMARY)
    _assert_same_but_scaled(_judge(one), _judge(_mapped(one, 10.0**power, 0.0)), 10.0**power)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
@pytest.mark.parametrize("level", [0.0, 0.3])
def test_the_unit_changes_no_verdict_after_a_history_that_never_moved(scale: float, level: float) -> None:
    rng = np.random.default_rng(1)
    for canary in (np.full(PLANNED, level - 0.2), noise(rng, PLANNED) + level, noise(rng, PLANNED) + level - 5):
        one = gauge(canary, np.full(HISTORY, level))
        _assert_same_but_scaled(_judge(one), _judge(_mapped(one, scale, 0.0)), scale)


@given(SEED, EFFECT, st.floats(-1e4, 1e4))
@settings(max_examples=30)
def test_a_common_level_changes_nothing(seed: int, effect: float, shift: float) -> None:
    one = _noisy(seed, effect)
    _assert_same_but_scaled(_judge(one), _judge(_mapped(one, 1.0, shift)))


@given(SEED, EFFECT, st.floats(-100, 100))
@settings(max_examples=30)
def test_an_offset_that_always_stood_between_the_arms_changes_nothing(seed: int, effect: float, offset: float) -> None:
    one = _noisy(seed, effect)
    other = replace(one, canary=one.canary + offset, history_canary=one.history_canary + offset)
    _assert_same_but_scaled(_judge(one), _judge(other))


def _counter(seed: int, effect: float) -> MetricCase:
    """Return rare errors, 200 trials a point and arm."""
    rng = np.random.default_rng(seed)

    def arm(points: int, factor: float) -> Floats:
        return np.stack([rng.poisson(0.1 * factor, points), np.full(points, 200)], axis=1).astype(float)

    arms = arm(PLANNED, np.exp(effect)), arm(PLANNED, 1.0), arm(HISTORY, 1.0), arm(HISTORY, 1.0)
    return MetricCase("errors", Role.PRIMARY, SeriesKind.COUNTER, Direction.LOWER, 0.01, MarginUnit.ABSOLUTE, *arms)


@given(SEED, EFFECT, st.sampled_from(sorted(OPPOSITE)), st.booleans())
@settings(max_examples=40)
def test_arms_that_trade_names_trade_the_sign_and_what_is_good(
    seed: int,
    effect: float,
    direction: Direction,
    counts: bool,
) -> None:
    one = replace(_counter(seed, effect) if counts else _noisy(seed, effect), direction=direction)
    swapped = replace(
        one,
        direction=OPPOSITE[direction],
        canary=one.comparison,
        comparison=one.canary,
        history_canary=one.history_comparison,
        history_comparison=one.history_canary,
    )
    mine, other = _judge(one), _judge(swapped)
    assert (other.verdict, other.decided_at) == (mine.verdict, mine.decided_at)
    assert other.metrics[0].estimate == pytest.approx(-mine.metrics[0].estimate, rel=1e-9, abs=1e-12)
    assert other.metrics[0].low == pytest.approx(-mine.metrics[0].high, rel=1e-6, abs=1e-12)
    assert other.metrics[0].high == pytest.approx(-mine.metrics[0].low, rel=1e-6, abs=1e-12)


def _worse(one: MetricCase, harm: float) -> MetricCase:
    return replace(one, canary=one.canary - harm)


@given(SEED, st.floats(-1.5, 0.5), st.floats(0.0, 5.0), st.booleans())
@settings(max_examples=60)
def test_more_harm_is_never_rolled_back_later_nor_promoted(
    seed: int,
    effect: float,
    more: float,
    still: bool,
) -> None:
    """At every look, not only the first decision."""
    one = _noisy(seed, effect)
    if still:
        one = gauge(one.canary, np.zeros(HISTORY))
    policy = replace(POLICY, futility_power=0.0)
    mild, bad = _judge(one, policy), _judge(_worse(one, more), policy)
    if mild.verdict is Verdict.ROLLBACK:
        assert bad.verdict is Verdict.ROLLBACK
        assert bad.decided_at is not None
        assert mild.decided_at is not None
        assert bad.decided_at <= mild.decided_at
    if bad.verdict is Verdict.PROCEED:
        assert mild.verdict is Verdict.PROCEED


@given(SEED, st.integers(1, 4))
@settings(max_examples=30)
def test_more_errors_are_never_rolled_back_later(seed: int, more: int) -> None:
    one = _counter(seed, 1.2)
    worse = one.canary.copy()
    worse[::more, 0] += 1
    policy = replace(POLICY, futility_power=0.0)
    mild, bad = _judge(one, policy), _judge(replace(one, canary=worse), policy)
    if mild.verdict is Verdict.ROLLBACK:
        assert bad.verdict is Verdict.ROLLBACK
        assert (bad.decided_at or 0) <= (mild.decided_at or 0)


def test_another_guardrail_that_is_well_never_turns_a_rollback_into_a_proceed() -> None:
    for seed in range(20):
        bad, well = _noisy(seed, -9.0), _noisy(seed + 100, 0.0, role=Role.GUARDRAIL, name="other", margin=9.0)
        found: Case = case(bad, well, planned=PLANNED)
        assert sequence.judge(found, POLICY).verdict is Verdict.ROLLBACK
