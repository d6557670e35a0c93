"""Verdicts: error rates and power over all looks of whole canaries, and the rules for several KPIs.

Each simulated canary is looked at every fourth point (once a minute) from the first possible look to its end. Counts
are held against binomial bounds that a right rule would miss once in a thousand seeds; the seeds are fixed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.canary import Look, Policy, blindness, judge
from controller.model import Floats, KpiEvidence, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.series import HISTORY, PLANNED, at_least, at_most, evidence, judged, noise, paired

POLICY = Policy()
TO_THE_END = Policy(futility_power=0.0)
LOOKS = range(20, PLANNED + 1, 4)


def _canary(canary: Floats, history: Floats, policy: Policy = POLICY) -> tuple[Verdict, int]:
    """Look at a canary until it ends; return how and after how many points."""
    for count in LOOKS:
        found = judge((evidence(canary[:count], history),), policy)
        if found.verdict is not Verdict.UNDECIDED:
            return found.verdict, count
    raise AssertionError("a canary at its planned end is undecided")


def _simulate(seed: int, runs: int, effect: float, rho: float, policy: Policy = POLICY) -> list[tuple[Verdict, int]]:
    rng = np.random.default_rng(seed)
    ends = []
    for _ in range(runs):
        series = noise(rng, HISTORY + PLANNED, rho)
        ends.append(_canary(series[HISTORY:] + effect, series[:HISTORY], policy))
    return ends


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_false_decisions_on_equal_arms_are_at_most_five_percent_over_all_looks(rho: float) -> None:
    runs = 200  # Monte-Carlo error of a rate of 5 %: 1.5 %
    ends = Counter(verdict for verdict, _ in _simulate(1, runs, 0.0, rho, TO_THE_END))
    assert ends[Verdict.ROLLBACK] + ends[Verdict.PROCEED] <= at_most(0.05, runs)
    assert ends[Verdict.PROCEED] <= at_most(POLICY.proceed_alpha, runs)
    assert sum(ends.values()) == runs


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_a_history_that_never_moved_gives_no_licence_for_false_decisions(rho: float) -> None:
    """Success rates that were always 1: the canary's own noise is all there is, and it must do."""
    rng, runs = np.random.default_rng(2), 150
    ends = Counter(_canary(noise(rng, PLANNED, rho), np.zeros(HISTORY))[0] for _ in range(runs))
    assert ends[Verdict.ROLLBACK] <= at_most(POLICY.alpha, runs)
    assert ends[Verdict.PROCEED] <= at_most(POLICY.proceed_alpha, runs)


@pytest.mark.parametrize(
    ("effect", "rho", "power"), [(0.5, 0.0, 0.95), (1.0, 0.0, 0.99), (0.5, 0.5, 0.85), (1.0, 0.5, 0.98)]
)
def test_an_improvement_is_promoted(effect: float, rho: float, power: float) -> None:
    runs = 100  # Monte-Carlo error at most 3.6 %
    ends = Counter(verdict for verdict, _ in _simulate(3, runs, effect, rho))
    assert ends[Verdict.PROCEED] >= at_least(power, runs)
    assert ends[Verdict.ROLLBACK] == 0


@pytest.mark.parametrize(("harm", "rho", "latest"), [(1.0, 0.0, 40), (2.0, 0.0, 24), (1.0, 0.5, 120), (2.0, 0.5, 40)])
def test_a_harm_is_rolled_back_long_before_the_planned_end(harm: float, rho: float, latest: int) -> None:
    runs = 100
    ends = _simulate(4, runs, -harm, rho)
    assert sum(verdict is Verdict.ROLLBACK for verdict, _ in ends) >= at_least(0.98, runs)
    assert float(np.quantile([count for _, count in ends], 0.9)) <= latest


def test_no_effect_ends_as_futile_around_half_time() -> None:
    ends = _simulate(5, 60, 0.0, 0.0)
    assert float(np.median([count for _, count in ends])) <= 0.6 * PLANNED


# --- several KPIs

RAIL = judged(Role.GUARDRAIL, Direction.LOWER, 0.8, "rail")


def _look(primary: float, rail: float, count: int = 100, *, margin: float = 0.8, seed: int = 6) -> Look:
    """Return a look at a primary KPI (higher is better) and a guardrail (lower is better)."""
    rng = np.random.default_rng(seed)
    return judge(
        (
            evidence(noise(rng, count) + primary, noise(rng, HISTORY)),
            evidence(noise(rng, count) + rail, noise(rng, HISTORY), replace(RAIL, margin=margin)),
        ),
        POLICY,
    )


def test_it_proceeds_when_the_primary_helps_and_the_guardrail_is_below_its_margin() -> None:
    found = _look(1.0, 0.0)
    assert found.verdict is Verdict.PROCEED
    assert [kpi.verdict for kpi in found.kpis] == [Verdict.PROCEED, Verdict.PROCEED]
    assert any("benefit: effect" in reason for reason in found.reasons)
    assert any("no harm: " in reason and "harm at most" in reason for reason in found.reasons)


def test_it_waits_while_the_guardrail_may_still_be_harmed_by_more_than_its_margin() -> None:
    found = _look(1.0, 0.0, margin=0.01)
    assert found.verdict is Verdict.UNDECIDED
    assert [kpi.verdict for kpi in found.kpis] == [Verdict.PROCEED, Verdict.UNDECIDED]
    assert found.reasons[0].startswith("rail: effect ")


def test_harm_on_the_guardrail_rolls_back_whatever_the_primary_says() -> None:
    found = _look(2.0, 2.0)
    assert found.verdict is Verdict.ROLLBACK
    assert [reason.split(":")[0] for reason in found.reasons] == ["rail"]


def test_nothing_is_promoted_before_the_least_number_of_points() -> None:
    assert _look(5.0, -5.0, POLICY.minimum_proceed - 1).verdict is Verdict.UNDECIDED
    assert _look(5.0, -5.0, POLICY.minimum_proceed).verdict is Verdict.PROCEED


def test_nothing_is_rolled_back_before_the_least_number_of_points() -> None:
    assert _look(-9.0, 9.0, POLICY.minimum_harm - 1).verdict is Verdict.UNDECIDED
    assert _look(-9.0, 9.0, POLICY.minimum_harm).verdict is Verdict.ROLLBACK


def test_the_planned_end_ends_an_undecided_canary() -> None:
    found = judge((evidence(np.zeros(PLANNED), noise(np.random.default_rng(7), HISTORY)),), TO_THE_END)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.reasons[0] == "the planned end is reached"


def test_the_direction_of_a_kpi_tells_harm_from_benefit() -> None:
    rng = np.random.default_rng(8)
    canary, history = noise(rng, 100) + 1.0, noise(rng, HISTORY)
    assert judge((evidence(canary, history, judged()),), POLICY).verdict is Verdict.PROCEED
    lower = judged(direction=Direction.LOWER)
    assert judge((evidence(canary, history, lower),), POLICY).verdict is Verdict.ROLLBACK
    assert judge((evidence(-canary, -history, lower),), POLICY).verdict is Verdict.PROCEED


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_leaving_a_band_on_either_side_is_harm_beyond_the_margin_only(side: float) -> None:
    band = judged(Role.GUARDRAIL, Direction.BAND, 1.0)
    rng = np.random.default_rng(9)
    history, canary = noise(rng, HISTORY), noise(rng, 200)
    assert judge((evidence(canary + 3.0 * side, history, band),), POLICY).verdict is Verdict.ROLLBACK
    assert judge((evidence(canary + 0.2 * side, history, band),), POLICY).verdict is Verdict.PROCEED


@given(st.integers(0, 2**32 - 1), st.integers(-300, 300), st.floats(-1e3, 1e3), st.floats(-2, 2), st.integers(1, 240))
def test_a_verdict_depends_neither_on_the_unit_nor_on_a_common_offset(
    seed: int, exponent: int, shift: float, effect: float, count: int
) -> None:
    rng, scale = np.random.default_rng(seed), 10.0**exponent
    canary, history = rng.uniform(-1, 1, count) + effect, rng.uniform(-1, 1, HISTORY)
    verdicts = [
        judge((evidence(c, h, judged(margin=m)),), POLICY).verdict
        for c, h, m in (
            (canary, history, 0.5),
            (canary * scale, history * scale, 0.5 * scale),
            (canary + shift, history + shift, 0.5),
        )
    ]
    assert len(set(verdicts)) == 1


@pytest.mark.parametrize("level", [0.0, 0.1, 1 / 3, -2e-17, 1e300])
def test_arms_that_never_differ_from_their_history_are_never_called_harmed_or_helped(level: float) -> None:
    for count in LOOKS:
        found = judge((evidence(np.full(count, level), np.full(HISTORY, level)),), TO_THE_END)
        assert found.verdict in (Verdict.UNDECIDED, Verdict.INCONCLUSIVE)


def test_a_fall_after_a_history_that_never_moved_is_rolled_back() -> None:
    assert judge((evidence(np.full(20, -0.1), np.zeros(HISTORY)),), POLICY).verdict is Verdict.ROLLBACK


def test_no_points_yet_is_undecided() -> None:
    found = judge((evidence(np.empty(0), noise(np.random.default_rng(1), HISTORY)),), POLICY)
    assert (found.verdict, found.kpis[0].count) == (Verdict.UNDECIDED, 0)
    assert found.reasons == ("kpi: no points yet",)


def test_a_guardrail_without_points_does_not_stop_a_rollback() -> None:
    rng = np.random.default_rng(2)
    sick = evidence(noise(rng, 60) - 3.0, noise(rng, HISTORY))
    unseen = evidence(np.empty(0), noise(rng, HISTORY), RAIL)
    assert judge((sick, unseen), POLICY).verdict is Verdict.ROLLBACK


# --- blindness


def _blind(canary: int, expected: int, history: int = HISTORY, traffic: float = 0.5, usual: float = 0.5) -> str:
    item = KpiEvidence(
        judged(),
        paired(np.zeros(canary), expected=expected, information=traffic),
        paired(np.zeros(history), information=usual),
    )
    return "; ".join(blindness((item,), POLICY))


def test_whole_data_are_not_blind() -> None:
    assert _blind(100, 100) == ""
    assert _blind(0, 0) == ""


def test_a_short_history_is_blind_and_says_how_long_it_must_be() -> None:
    assert _blind(100, 100, history=959) == "kpi: 959 points of A/A history, 960 needed"


def test_less_than_half_of_the_expected_points_is_blind() -> None:
    assert _blind(49, 100) == "kpi: only 49 of 100 points have data in both arms"
    assert _blind(50, 100) == ""
    assert _blind(0, 10) == "kpi: only 0 of 10 points have data in both arms"


def test_a_fraction_of_the_usual_traffic_is_blind() -> None:
    assert _blind(100, 100, traffic=2.0, usual=10.0) == "kpi: only 20% of the traffic that the A/A history had"
    assert _blind(100, 100, traffic=3.0, usual=10.0) == ""


def test_no_traffic_at_all_is_blind_even_when_there_never_was_any() -> None:
    assert _blind(100, 100, traffic=0.0, usual=10.0) == "kpi: only 0% of the traffic that the A/A history had"
    assert _blind(100, 100, traffic=0.0, usual=0.0) == "kpi: only 0% of the traffic that the A/A history had"
