"""Whatever comes in, an answer comes out, and nothing is promoted that has not been seen to be better.

pytest turns every warning into an error, so neither overflow nor division by zero goes unnoticed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide import sequence
from controller.decide.case import MetricCase, Outcome, SeriesKind
from controller.decide.policy import Policy
from controller.model import Floats, MarginUnit, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.cases import case, gauge
from tests.controller.decide.series import noise

PLANNED, HISTORY = 48, 240
POLICY = Policy(minimum_harm=5, minimum_proceed=10)
SHAPES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "nothing": lambda _rng, n: np.full(n, math.nan),
    "infinite": lambda _rng, n: np.full(n, math.inf),
    "zero": lambda _rng, n: np.zeros(n),
    "constant": lambda _rng, n: np.full(n, 0.1),
    "noise": noise,
    "huge": lambda rng, n: 1e300 * noise(rng, n),
    "tiny": lambda rng, n: 1e-300 * noise(rng, n),
    "denormal": lambda _rng, n: 5e-324 * (np.arange(float(n)) % 3),
    "alternating": lambda _rng, n: np.arange(float(n)) % 2 - 0.5,
    "rising": lambda _rng, n: np.arange(float(n)),
    "one jump": lambda _rng, n: np.where(np.arange(n) == n // 2, 1.0, 0.0),
    "first only": lambda _rng, n: np.where(np.arange(n) == 0, 7.0, 0.0),
    "holes": lambda rng, n: np.where(np.arange(n) % 3 == 0, math.nan, noise(rng, n)),
    "heavy": lambda rng, n: rng.standard_cauchy(n),
}
SHAPE = st.sampled_from(sorted(SHAPES))


def _answers(found: Outcome) -> None:
    """Fail unless the answer is a whole one, and a promotion rests on an effect that is seen."""
    assert found.verdict in Verdict
    assert found.reasons
    assert all(found.reasons)
    if found.verdict in (Verdict.PROCEED, Verdict.ROLLBACK, Verdict.INCONCLUSIVE):
        assert found.decided_at is not None
    if found.verdict is Verdict.PROCEED:
        primary = found.metrics[0]
        assert np.isfinite(primary.estimate)
        assert primary.low <= primary.estimate <= primary.high
        assert primary.estimate > 0


@given(SHAPE, SHAPE, SHAPE, SHAPE, st.sampled_from([0, 1, 5, PLANNED, 2 * PLANNED]))
@settings(max_examples=300)
def test_gauges_of_any_shape_are_answered(canary: str, comparison: str, past: str, other: str, points: int) -> None:
    rng = np.random.default_rng(1)
    arms = [SHAPES[name](rng, points) for name in (canary, comparison)]
    before = [SHAPES[name](rng, HISTORY) for name in (past, other)]
    one = gauge(arms[0], before[0], comparison=arms[1], past=before[1], unit=list(MarginUnit)[points % 3])
    found = sequence.judge(case(one, planned=PLANNED), POLICY)
    _answers(found)
    if {canary, comparison} & {"nothing", "infinite"} or {past, other} & {"nothing", "infinite"}:
        assert found.verdict is Verdict.BLIND


@pytest.mark.parametrize("shape", [name for name in SHAPES if name not in ("nothing", "infinite", "heavy")])
def test_arms_that_are_the_same_are_never_promoted_nor_rolled_back(shape: str) -> None:
    """Each arm is the same series, now and in the history."""
    rng = np.random.default_rng(1)
    now, past = (SHAPES[shape](rng, size) for size in (PLANNED, HISTORY))
    one = gauge(now, past, comparison=now, past=past)
    found = sequence.judge(case(one, planned=PLANNED), replace(POLICY, minimum_history=100))
    assert found.verdict in (Verdict.INCONCLUSIVE, Verdict.UNDECIDED)


COUNTS: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "missing": lambda _rng, n: np.full((n, 2), math.nan),
    "no trials": lambda _rng, n: np.zeros((n, 2)),
    "never": lambda _rng, n: np.tile((0.0, 20.0), (n, 1)),
    "always": lambda _rng, n: np.tile((20.0, 20.0), (n, 1)),
    "a third": lambda _rng, n: np.tile((10.0, 30.0), (n, 1)),
    "more events than trials": lambda _rng, n: np.tile((30.0, 10.0), (n, 1)),
    "random": lambda rng, n: np.stack([rng.binomial(20, 0.3, n), np.full(n, 20)], axis=1).astype(float),
    "rare": lambda rng, n: np.stack([rng.binomial(20, 0.01, n), np.full(n, 20)], axis=1).astype(float),
    "huge": lambda rng, n: 1e300 * np.stack([rng.uniform(0.2, 0.4, n), np.ones(n)], axis=1),
    "tiny": lambda rng, n: 1e-300 * np.stack([rng.uniform(0.2, 0.4, n), np.ones(n)], axis=1),
    "one trial": lambda _rng, n: np.where(np.arange(n)[:, None] == n // 2, 1.0, np.zeros((n, 2))),
    "events without trials": lambda _rng, n: np.tile((3.0, 0.0), (n, 1)),
    "infinite": lambda _rng, n: np.tile((1.0, math.inf), (n, 1)),
    "now and then": lambda _rng, n: np.where(np.arange(n)[:, None] % 7 == 0, np.array([[4.0, 9.0]]), np.zeros((n, 2))),
}
COUNT = st.sampled_from(sorted(COUNTS))


def _counter(arms: list[Floats], direction: Direction) -> MetricCase:
    unit, (canary, comparison, past, other) = MarginUnit.ABSOLUTE, arms
    return MetricCase("share", Role.PRIMARY, SeriesKind.COUNTER, direction, 0.01, unit, canary, comparison, past, other)


@given(COUNT, COUNT, COUNT, COUNT, st.sampled_from([0, 1, PLANNED]))
@settings(max_examples=300)
def test_counters_of_any_shape_are_answered(canary: str, comparison: str, past: str, other: str, points: int) -> None:
    rng, sizes = np.random.default_rng(1), (points, points, HISTORY, HISTORY)
    arms = [COUNTS[name](rng, size) for name, size in zip((canary, comparison, past, other), sizes, strict=True)]
    found = sequence.judge(case(_counter(arms, Direction.HIGHER), planned=PLANNED), POLICY)
    _answers(found)
    if {canary, comparison, past, other} & {"missing", "infinite"}:
        assert found.verdict is Verdict.BLIND
    if {"no trials", "events without trials"} & {past, other}:
        assert found.verdict is Verdict.BLIND
    if {"no trials", "events without trials"} & {canary, comparison}:
        assert found.verdict is not Verdict.PROCEED


@pytest.mark.parametrize(("shape", "direction"), list(product(COUNTS, (Direction.HIGHER, Direction.LOWER))))
def test_counters_that_are_the_same_are_never_promoted_nor_rolled_back(shape: str, direction: Direction) -> None:
    rng = np.random.default_rng(1)
    now, past = (COUNTS[shape](rng, size) for size in (PLANNED, HISTORY))
    found = sequence.judge(case(_counter([now, now, past, past], direction), planned=PLANNED), POLICY)
    assert found.verdict in (Verdict.INCONCLUSIVE, Verdict.UNDECIDED, Verdict.BLIND)


@pytest.mark.parametrize("planned", [1, 2, 5, 16, 481, 961, 5000])
def test_any_planned_length_is_answered(planned: int) -> None:
    rng = np.random.default_rng(2)
    one = gauge(noise(rng, 30) - 3.0, noise(rng, 300))
    found = sequence.judge(case(one, planned=planned), POLICY)
    _answers(found)
    assert found.verdict is not Verdict.PROCEED


@pytest.mark.parametrize("alpha", [1e-12, 1e-6, 0.3, 0.49])
def test_any_alpha_is_answered(alpha: float) -> None:
    rng = np.random.default_rng(3)
    one = gauge(noise(rng, PLANNED) - 1.0, noise(rng, 300))
    found = sequence.judge(case(one, planned=PLANNED, alpha=alpha), POLICY)
    _answers(found)
    assert found.verdict is not Verdict.PROCEED


def test_a_hundred_kpis_are_answered() -> None:
    rng = np.random.default_rng(4)
    metrics = [
        gauge(noise(rng, PLANNED), noise(rng, HISTORY), name=f"{i}", role=Role.GUARDRAIL if i else Role.PRIMARY)
        for i in range(100)
    ]
    _answers(sequence.judge(case(*metrics, planned=PLANNED), POLICY))


@pytest.mark.parametrize("name", ["", "\x00", "a" * 10_000, '"}{="', "\u202e%s{}", "\n"])
def test_hostile_names_are_repeated_and_do_no_harm(name: str) -> None:
    rng = np.random.default_rng(5)
    found = sequence.judge(case(gauge(noise(rng, PLANNED), noise(rng, HISTORY), name=name), planned=PLANNED), POLICY)
    assert found.metrics[0].name == name
    _answers(found)


@pytest.mark.parametrize(
    ("shift", "verdict", "at"),
    [(1.0, Verdict.PROCEED, 39), (-1.0, Verdict.ROLLBACK, 19), (0.0, Verdict.INCONCLUSIVE, 39)],
)
def test_what_never_moved_and_stands_still_elsewhere_differs_for_certain(
    shift: float, verdict: Verdict, at: int
) -> None:
    found = sequence.judge(case(gauge(np.full(60, shift), np.zeros(300)), planned=60))
    assert (found.verdict, found.decided_at) == (verdict, at)
