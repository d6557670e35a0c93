"""False decisions and power of whole canaries, all looks and KPIs together, by simulation with fixed seeds.

Counts are held against binomial bounds that a right rule would miss once in a thousand seeds: that is the Monte-Carlo
error. The figures for many families, lengths and rivals are the benchmark's; these few keep a change from going wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from controller.decide import sequence
from controller.decide.case import Case, MetricCase, Outcome, SeriesKind
from controller.decide.policy import Policy
from controller.model import Floats, MarginUnit, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.cases import case, gauge
from tests.controller.decide.series import at_least, at_most, noise

PLANNED = 60
POLICY = Policy(minimum_harm=5, minimum_proceed=10)
RUNS = 200
"""The Monte-Carlo error of a rate of 5 % is 1.5 %."""
TO_THE_END = replace(POLICY, futility_power=0.0)


def _pair(rng: np.random.Generator, history: int, rho: float, effect: float = 0.0, name: str = "level") -> MetricCase:
    series = noise(rng, history + 20 + PLANNED, rho)
    return gauge(series[history + 20 :] + effect, series[:history], name=name, margin=1.0)


def _ends(cases: list[Case], policy: Policy = TO_THE_END) -> Counter[Verdict]:
    return Counter(sequence.judge(each, policy).verdict for each in cases)


def _assert_seldom_false(cases: list[Case]) -> None:
    ends = _ends(cases)
    assert ends[Verdict.BLIND] + ends[Verdict.UNDECIDED] == 0
    assert ends[Verdict.PROCEED] + ends[Verdict.ROLLBACK] <= at_most(0.05, len(cases))


@pytest.mark.parametrize(("rho", "history"), [(0.0, 240), (0.5, 240), (0.9, 240), (0.9, 1440)])
def test_equal_arms_are_called_different_in_at_most_five_percent(rho: float, history: int) -> None:
    rng = np.random.default_rng(1)
    _assert_seldom_false([case(_pair(rng, history, rho), planned=PLANNED) for _ in range(RUNS)])


def test_an_offset_between_equal_arms_that_wanders_is_no_effect() -> None:
    """A random walk that moves by a standard deviation over the history, under white noise."""
    rng, history, cases = np.random.default_rng(2), 480, []
    for _ in range(RUNS):
        size = history + 20 + PLANNED
        series = rng.normal(size=size) + np.cumsum(rng.normal(size=size)) / np.sqrt(history)
        cases.append(case(gauge(series[history + 20 :], series[:history]), planned=PLANNED))
    _assert_seldom_false(cases)


def test_heavy_tails_and_more_noise_in_the_canary_are_no_effect() -> None:
    rng, cases = np.random.default_rng(3), []
    for _ in range(RUNS // 2):
        tails = rng.standard_t(3, size=480 + PLANNED)
        wild = noise(rng, 480 + PLANNED)
        cases += [
            case(gauge(tails[480:], tails[:480]), planned=PLANNED),
            case(gauge(2 * wild[480:], wild[:480]), planned=PLANNED),
        ]
    _assert_seldom_false(cases)


def test_five_kpis_together_are_called_different_in_at_most_five_percent() -> None:
    rng, cases = np.random.default_rng(4), []
    for _ in range(RUNS):
        metrics = [_pair(rng, 480, 0.5, name=f"kpi {i}") for i in range(5)]
        roles = [replace(one, role=Role.GUARDRAIL) if i else one for i, one in enumerate(metrics)]
        cases.append(case(*roles, planned=PLANNED))
    _assert_seldom_false(cases)


def _rare(rng: np.random.Generator, rates: tuple[float, float], clump: int = 1) -> MetricCase:
    """Return events that come in clumps, 500 trials a point and arm."""

    def arm(points: int, rate: float) -> Floats:
        events = clump * rng.poisson(500 * rate / clump, points)
        return np.stack([events, np.full(points, 500)], axis=1).astype(float)

    direction, unit = Direction.LOWER, MarginUnit.ABSOLUTE
    arms = arm(PLANNED, rates[0]), arm(PLANNED, rates[1]), arm(960, rates[1]), arm(960, rates[1])
    return MetricCase("errors", Role.PRIMARY, SeriesKind.COUNTER, direction, 0.01, unit, *arms)


@pytest.mark.parametrize("clump", [1, 4])
@pytest.mark.parametrize("rate", [0.0004, 0.004])
def test_equal_rates_are_called_different_in_at_most_five_percent(rate: float, clump: int) -> None:
    """12 or 120 events per arm in a canary, one by one or in bursts."""
    rng = np.random.default_rng(5)
    _assert_seldom_false([case(_rare(rng, (rate, rate), clump), planned=PLANNED) for _ in range(RUNS)])


def test_a_history_that_never_moved_is_no_licence_for_false_decisions() -> None:
    rng = np.random.default_rng(6)
    cases = [case(gauge(noise(rng, PLANNED, 0.5), np.zeros(480)), planned=PLANNED) for _ in range(RUNS)]
    _assert_seldom_false(cases)


# --- power


def _outcomes(seed: int, effect: float, rho: float, runs: int = 100) -> list[Outcome]:
    rng = np.random.default_rng(seed)
    return [sequence.judge(case(_pair(rng, 960, rho, effect), planned=PLANNED), POLICY) for _ in range(runs)]


def _median(found: list[Outcome]) -> float:
    return float(np.median([PLANNED if one.decided_at is None else one.decided_at + 1 for one in found]))


@pytest.mark.parametrize(
    ("effect", "rho", "power", "latest"),
    [(0.5, 0.0, 0.75, 50), (1.0, 0.0, 0.99, 25), (1.0, 0.5, 0.75, 50), (2.0, 0.5, 0.99, 25)],
)
def test_an_improvement_is_promoted(effect: float, rho: float, power: float, latest: float) -> None:
    """100 canaries of 60 points; the error of a power of 75 % is 4.3 %. Rolled back: at most one in a hundred."""
    found = _outcomes(7, effect, rho)
    ends = Counter(one.verdict for one in found)
    assert ends[Verdict.PROCEED] >= at_least(power, 100)
    assert ends[Verdict.ROLLBACK] <= 1
    assert _median(found) <= latest


@pytest.mark.parametrize(("harm", "rho", "latest"), [(1.0, 0.0, 25), (2.0, 0.0, 10), (2.0, 0.5, 25)])
def test_a_harm_is_rolled_back_long_before_the_planned_end(harm: float, rho: float, latest: float) -> None:
    found = _outcomes(8, -harm, rho)
    assert Counter(one.verdict for one in found)[Verdict.ROLLBACK] >= at_least(0.97, 100)
    assert _median(found) <= latest


@pytest.mark.parametrize(("ratio", "power"), [(4.0, 0.85), (8.0, 0.99)])
def test_more_rare_events_are_rolled_back(ratio: float, power: float) -> None:
    """12 events are usual."""
    rng = np.random.default_rng(9)
    cases = [case(_rare(rng, (0.0004 * ratio, 0.0004)), planned=PLANNED) for _ in range(100)]
    assert _ends(cases)[Verdict.ROLLBACK] >= at_least(power, 100)


def test_the_interval_holds_the_effect_at_all_looks_together() -> None:
    """Whatever point it ends at: at least 94 %, as both sides together may err by twice the benefit's alpha."""
    found = _outcomes(10, 0.6, 0.5, RUNS)
    held = sum(one.metrics[0].low <= 0.6 <= one.metrics[0].high for one in found)
    assert held >= at_least(0.94, RUNS)


def test_a_guardrail_s_harm_beyond_its_margin_is_seldom_overlooked() -> None:
    """The primary is clearly better, the guardrail worse by exactly its margin: at most alpha proceed."""
    rng, cases = np.random.default_rng(11), []
    for _ in range(RUNS):
        rail = replace(_pair(rng, 480, 0.0, -0.2, "rail"), role=Role.GUARDRAIL, margin=0.2)
        cases.append(case(_pair(rng, 480, 0.0, 3.0), rail, planned=PLANNED))
    assert _ends(cases)[Verdict.PROCEED] <= at_most(0.05, RUNS)
