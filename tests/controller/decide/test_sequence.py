"""Judging a whole canary at once is the same as looking at it live after every point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from controller.decide import sequence
from controller.decide.canary import Look, blindness, judge
from controller.decide.case import Case, MetricCase
from controller.decide.policy import Policy
from controller.model import Role, Verdict
from tests.controller.decide.cases import HISTORY, KINDS, case, gauge, metric
from tests.controller.decide.series import noise

PLANNED = 48
POLICY = Policy(minimum_harm=5, minimum_proceed=10)
OPEN = (Verdict.UNDECIDED, Verdict.BLIND)
KIND = st.sampled_from(sorted(KINDS))


def _first(of: Case, points: int) -> Case:
    """Return what was known after so many points."""
    cut = [replace(one, canary=one.canary[:points], comparison=one.comparison[:points]) for one in of.metrics]
    return replace(of, metrics=tuple(cut))


def _look(of: Case, points: int, policy: Policy) -> Look:
    """Return a live look: blind when something is missing, else judged."""
    known = sequence.evidence(_first(of, points))
    if missing := blindness(known, policy):
        return Look(Verdict.BLIND, missing, ())
    return judge(known, policy)


def _live(of: Case) -> tuple[Verdict, int | None, Look]:
    """Look after every point; return the first decision and its index, or what the last look says."""
    policy = replace(POLICY, alpha=of.alpha, planned=of.planned)
    points = min(of.planned, max(one.canary.shape[0] for one in of.metrics))
    look = Look(Verdict.BLIND, (), ())
    for count in range(1, points + 1):
        look = _look(of, count, policy)
        if look.verdict not in OPEN:
            return look.verdict, count - 1, look
    return look.verdict, None, look


def _assert_same(of: Case) -> None:
    found = sequence.judge(of, POLICY)
    verdict, at, look = _live(of)
    assert (found.verdict, found.decided_at) == (verdict, at)
    if verdict is not Verdict.BLIND:
        assert found.reasons == look.reasons
        for mine, live in zip(found.metrics, look.kpis, strict=True):
            assert (mine.name, mine.n) == (live.kpi, live.count)
            numbers = (mine.estimate, mine.low, mine.high, mine.mde)
            assert numbers == pytest.approx((live.effect, live.low, live.high, live.detectable), nan_ok=True, rel=1e-6)


def _holed(one: MetricCase, seed: int, share: float) -> MetricCase:
    """Return a metric with that share of its points missing in either arm."""
    rng = np.random.default_rng(seed)
    arms = [one.canary.astype(float), one.comparison.astype(float)]
    for arm in arms:
        arm[rng.uniform(size=arm.shape[0]) < share] = np.nan
    return replace(one, canary=arms[0], comparison=arms[1])


@given(
    st.integers(0, 10**6),
    st.lists(KIND, min_size=1, max_size=3),
    st.sampled_from([-6.0, -1.5, 0.0, 0.0, 1.0, 1.5, 4.0]),
    st.sampled_from([0.0, 0.0, 0.1, 0.6]),
    st.sampled_from([PLANNED, PLANNED, PLANNED - 15, PLANNED + 20]),
)
@example(10, ["still"], 1.5, 0.1, PLANNED)
@example(11, ["rare", "gauge"], 4.0, 0.0, PLANNED)
@example(12, ["objective", "histogram", "counter"], 1.5, 0.0, PLANNED)
@settings(max_examples=60)
def test_it_decides_what_live_looks_decide_at_the_same_point_for_the_same_reason(
    seed: int, kinds: list[str], effect: float, missing: float, points: int
) -> None:
    """Every kind, alone and together, with missing points, ended early and overlong."""
    metrics = [
        metric(seed + 7 * i, kind, points, role=Role.GUARDRAIL if i else Role.PRIMARY, effect=effect if not i else 0.0)
        for i, kind in enumerate(kinds)
    ]
    _assert_same(case(*(_holed(one, seed + i, missing) for i, one in enumerate(metrics)), planned=PLANNED))


@given(st.integers(0, 10**6), st.integers(0, PLANNED - 1), st.sampled_from([0.0, 1e-14, 1e-9, 1.0]), st.floats(-1, 1))
@settings(max_examples=40)
def test_a_late_jump_does_not_reach_back(seed: int, at: int, before: float, jump: float) -> None:
    """After a history that never moved, or hardly."""
    rng = np.random.default_rng(seed)
    canary = 1 + before * rng.normal(size=PLANNED)
    canary[at:] += 1e5 * jump
    for past in (np.ones(HISTORY), 1 + 1e-9 * noise(rng, HISTORY)):
        _assert_same(case(gauge(canary, past, comparison=np.ones(PLANNED), past=np.ones(HISTORY)), planned=PLANNED))


@pytest.mark.parametrize("share", [0.05, 0.15, 0.3])
def test_a_split_that_breaks_in_mid_canary_blinds_both_alike(share: float) -> None:
    """Later on nothing may be decided, at any look."""
    one = metric(3, "counter", PLANNED, effect=2.0)
    canary = one.canary.copy()
    canary[8:] = np.floor(canary[8:] * share)
    broken = case(replace(one, canary=canary), planned=PLANNED)
    _assert_same(broken)
    assert sequence.judge(broken, POLICY).verdict is Verdict.BLIND


def test_a_long_canary_is_judged_in_groups_as_live() -> None:
    """Longer than what is kept point by point: groups of two, and an odd end."""
    planned = 541
    rng = np.random.default_rng(4)
    flat = gauge(noise(rng, planned, 0.5) * 0.1, noise(rng, 400, 0.5), margin=0.001, role=Role.GUARDRAIL)
    of = case(flat, planned=planned)
    found = sequence.judge(of, POLICY)
    assert (found.verdict, found.decided_at) == (Verdict.INCONCLUSIVE, planned - 1)
    policy = replace(POLICY, planned=planned)
    for count in (1, 11, planned - 1):
        assert _look(of, count, policy).verdict is Verdict.UNDECIDED
    assert _look(of, planned, policy).verdict is Verdict.INCONCLUSIVE
    split = metric(5, "counter", 40)
    broken = case(replace(split, canary=np.floor(split.canary * 0.4)), planned=planned)
    offs = [bool(blindness(sequence.evidence(_first(broken, count)), policy)) for count in range(5, 15)]
    flags = sequence._blind(sequence.evidence(broken)[0], 40, policy)
    assert flags.tolist()[4:14] == offs
    assert any(offs)
