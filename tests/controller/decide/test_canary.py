"""Verdicts: the rules for several KPIs, when a canary ends, what is missing, and reasons that name their numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from controller.decide.canary import Look, futile, judge
from controller.decide.trace import trace
from controller.model import KpiEvidence, Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.series import (
    HISTORY,
    PLANNED,
    POLICY,
    RATIO,
    counted,
    evidence,
    judged,
    noise,
    paired,
    poisson,
)

TO_THE_END = replace(POLICY, futility_power=0.0)
RAIL = judged(Role.GUARDRAIL, Direction.LOWER, 0.8, "rail")


def _look(primary: float, rail: float, count: int = PLANNED - 5, *, margin: float = 0.8, seed: int = 6) -> Look:
    """Return a look at a primary KPI (higher is better) and a guardrail (lower is better)."""
    rng = np.random.default_rng(seed)
    return judge(
        (
            evidence(noise(rng, count) + primary, noise(rng, HISTORY)),
            evidence(noise(rng, count) + rail, noise(rng, HISTORY), replace(RAIL, margin=margin)),
        ),
        TO_THE_END,
    )


def test_it_proceeds_when_the_primary_helps_and_the_guardrail_is_below_its_margin() -> None:
    found = _look(1.0, 0.0)
    assert found.verdict is Verdict.PROCEED
    assert [kpi.verdict for kpi in found.kpis] == [Verdict.PROCEED, Verdict.PROCEED]
    primary, rail = found.kpis
    shown = f"effect {rail.effect:+.4g}, between {rail.low:+.4g} and {rail.high:+.4g}"
    assert found.reasons == (
        f"kpi: benefit: effect {primary.effect:+.4g} is beyond the boundary of {primary.benefit_needed:.4g}",
        f"rail: no harm: {shown}; harm beyond 0.8 is ruled out",
    )


def test_it_waits_while_the_guardrail_may_still_be_harmed_by_more_than_its_margin() -> None:
    found = _look(1.0, 0.0, margin=0.01)
    assert found.verdict is Verdict.UNDECIDED
    assert [kpi.verdict for kpi in found.kpis] == [Verdict.PROCEED, Verdict.UNDECIDED]
    (reason,) = found.reasons
    assert reason.startswith("rail: effect ")
    assert reason.endswith("; harm beyond 0.01 is not yet ruled out")


def test_harm_on_the_guardrail_rolls_back_whatever_the_primary_says() -> None:
    found = _look(2.0, 2.0)
    assert found.verdict is Verdict.ROLLBACK
    rail = found.kpis[1]
    assert found.reasons == (
        f"rail: harm: effect {rail.effect:+.4g} is beyond the harm boundary of {rail.harm_needed:.4g}",
    )


def test_a_guardrail_s_benefit_is_not_asked_for_and_a_primary_s_safety_is_not_enough() -> None:
    found = _look(0.0, -2.0)
    assert [kpi.verdict for kpi in found.kpis] == [Verdict.UNDECIDED, Verdict.PROCEED]
    assert found.reasons[0].endswith(", proves neither harm nor benefit")


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
    before = judge((evidence(np.zeros(PLANNED - 1), noise(np.random.default_rng(7), HISTORY)),), TO_THE_END)
    assert before.verdict is Verdict.UNDECIDED


def test_the_planned_end_is_that_of_the_kpi_with_the_fewest_points() -> None:
    rng = np.random.default_rng(8)
    whole = evidence(np.zeros(PLANNED), noise(rng, HISTORY))
    part = evidence(np.zeros(PLANNED - 1), noise(rng, HISTORY), replace(RAIL, margin=0.0))
    assert judge((whole, part), TO_THE_END).verdict is Verdict.UNDECIDED
    assert judge((whole, whole), TO_THE_END).verdict is Verdict.INCONCLUSIVE


def test_a_canary_that_will_prove_nothing_is_futile_from_half_time_on() -> None:
    """Points at the centre of their history: neither benefit nor harm can still come, in the end."""
    history = noise(np.random.default_rng(9), HISTORY)
    canary = np.zeros(PLANNED - 1)
    ends = [judge((evidence(canary[:count], history),), POLICY) for count in range(1, PLANNED)]
    verdicts = [end.verdict for end in ends]
    assert Verdict.INCONCLUSIVE not in verdicts[: PLANNED // 2 - 1]
    assert verdicts[-1] is Verdict.INCONCLUSIVE
    assert ends[-1].reasons[0].startswith("futile: the chance to still prove a benefit is 0%")


def test_what_may_still_be_proven_is_not_futile() -> None:
    rng = np.random.default_rng(10)
    history, half = noise(rng, HISTORY), noise(rng, PLANNED // 2)
    for effect in (0.45, -0.45):
        found = trace(evidence(half - half.mean() + effect, history), POLICY, 1)
        assert not futile(found, -1, POLICY)


def test_no_points_yet_is_undecided() -> None:
    found = judge((evidence(np.empty(0), noise(np.random.default_rng(1), HISTORY)),), POLICY)
    assert (found.verdict, found.kpis[0].count) == (Verdict.UNDECIDED, 0)
    assert found.reasons == ("kpi: no points yet",)
    assert found.kpis[0].detectable > 0
    made = np.full((HISTORY, 2), 100.0)
    rare = KpiEvidence(judged(reading=RATIO), counted(made[:0], made[:0]), counted(0 * made, made))
    assert judge((rare,), POLICY).reasons == ("kpi: no points yet",)
    still = evidence(np.empty(0), np.zeros(HISTORY))
    assert judge((still,), POLICY).reasons == ("kpi: no points yet",)


def test_a_guardrail_without_points_does_not_stop_a_rollback_but_a_promotion() -> None:
    rng = np.random.default_rng(2)
    history, canary, unseen = noise(rng, HISTORY), noise(rng, 50), evidence(np.empty(0), noise(rng, HISTORY), RAIL)
    assert judge((evidence(canary - 3.0, history), unseen), POLICY).verdict is Verdict.ROLLBACK
    assert judge((evidence(canary + 3.0, history), unseen), POLICY).verdict is Verdict.UNDECIDED


def test_no_kpis_decide_nothing() -> None:
    assert judge((), POLICY).verdict is not Verdict.PROCEED
    assert judge((), POLICY).verdict is not Verdict.ROLLBACK


def test_rare_counts_tell_their_odds() -> None:
    rng = np.random.default_rng(3)
    history = poisson(rng, HISTORY, (0.001, 0.001), (300.0, 300.0))
    canary = poisson(rng, PLANNED, (0.006, 0.001), (300.0, 300.0))
    kpi = judged(Role.GUARDRAIL, Direction.LOWER, 0.01, reading=RATIO)
    found = judge((KpiEvidence(kpi, canary, history),), POLICY)
    assert found.verdict is Verdict.ROLLBACK
    (reason,) = found.reasons
    assert " : 1 against equal rates, " in reason
    assert f"{1 / POLICY.harm_alpha:.3g} : 1 are proof" in reason
    assert np.isnan(found.kpis[0].harm_needed)


def test_a_look_shows_levels_interval_and_progress() -> None:
    rng = np.random.default_rng(4)
    past, now = 10 + noise(rng, HISTORY), 10 + noise(rng, 30)
    item = KpiEvidence(judged(), paired(now, 9.0), paired(past, 9.0, start=-15.0 * HISTORY))
    (kpi,) = judge((item,), POLICY).kpis
    assert (kpi.kpi, kpi.role, kpi.rule, kpi.count) == ("kpi", "primary", "score", 30)
    assert kpi.canary_mean == pytest.approx(now.mean())
    assert kpi.comparison_mean == 9.0
    assert kpi.effect == pytest.approx(now.mean() - past.mean(), abs=0.25)
    assert kpi.margin == pytest.approx((kpi.high - kpi.low) / 2)
    assert 0.4 < kpi.fraction < 0.9  # half the points; slow noise that is feared makes the late ones worth less
    assert kpi.allowed == 0.5
