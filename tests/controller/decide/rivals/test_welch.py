"""Welch's test agrees with scipy at every look; its false alarms are those of known noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from controller.decide.case import Case
from controller.decide.rivals.welch import Welch, WelchSettings
from controller.model import Role, Verdict
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import NOTHING, case, metric, near, share
from tests.controller.decide.series import noise

NAN = float("nan")
PEEKING = Welch(WelchSettings(peeking=True))


def test_one_look_is_scipys_test_with_missing_points_dropped_per_arm() -> None:
    rng = np.random.default_rng(1)
    canary, comparison = rng.normal(0.4, 1, 50), rng.normal(0, 2, 50)
    canary[[3, 4]] = NAN
    comparison[[4, 9, 20]] = NAN
    outcome = Welch()(case(metric(canary, comparison)))
    wanted = ttest_ind(canary[~np.isnan(canary)], comparison[~np.isnan(comparison)], equal_var=False)
    interval = wanted.confidence_interval(0.95)
    assert outcome.reasons == (f"kpi: Welch p = {wanted.pvalue:.3g}",)
    assert (outcome.metrics[0].low, outcome.metrics[0].high) == pytest.approx((interval.low, interval.high))
    assert outcome.metrics[0].n == 47


@pytest.mark.parametrize(
    ("direction", "shift", "verdict"),
    [
        (Direction.HIGHER, 2.0, Verdict.PROCEED),
        (Direction.HIGHER, -2.0, Verdict.ROLLBACK),
        (Direction.LOWER, 2.0, Verdict.ROLLBACK),
        (Direction.LOWER, -2.0, Verdict.PROCEED),
        (Direction.BAND, 2.0, Verdict.ROLLBACK),
        (Direction.HIGHER, 0.0, Verdict.INCONCLUSIVE),
    ],
)
def test_direction(direction: Direction, shift: float, verdict: Verdict) -> None:
    wave = np.tile([0.0, 1.0, 2.0, 1.0], 8)
    outcome = Welch()(case(metric(wave + shift, wave, direction=direction)))
    assert (outcome.verdict, outcome.decided_at) == (verdict, 31)


def test_a_guardrails_harm_outweighs_a_benefit_and_a_guardrails_benefit_is_none() -> None:
    wave = np.tile([0.0, 1.0, 2.0, 1.0], 8)
    primary, guardrail = metric(wave + 2, wave, name="a"), metric(wave - 2, wave, name="b", role=Role.GUARDRAIL)
    assert Welch()(case(primary, guardrail)).verdict is Verdict.ROLLBACK
    better = metric(wave + 2, wave, role=Role.GUARDRAIL)
    assert Welch()(case(metric(wave, wave), better)).verdict is Verdict.INCONCLUSIVE


def test_peeking_stops_at_the_first_significant_look() -> None:
    rng = np.random.default_rng(2)
    canary, comparison = rng.normal(0.8, 1, 200), rng.normal(0, 1, 200)
    p_values = [ttest_ind(canary[:n], comparison[:n], equal_var=False).pvalue for n in range(20, 201)]
    wanted = 19 + next(i for i, p in enumerate(p_values) if p < 0.05)
    outcome = PEEKING(case(metric(canary, comparison)))
    assert (outcome.verdict, outcome.decided_at) == (Verdict.PROCEED, wanted)


def test_before_the_end_only_peeking_can_decide() -> None:
    wave = np.tile([0.0, 1.0, 2.0, 1.0], 8)
    harmed = case(metric(wave - 2, wave), planned=100)
    assert Welch()(harmed).verdict is Verdict.UNDECIDED
    assert PEEKING(harmed).verdict is Verdict.ROLLBACK
    assert PEEKING(case(metric(wave, wave), planned=100)).verdict is Verdict.UNDECIDED
    assert PEEKING(case(metric(wave[:8] - 2, wave[:8]), planned=100)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("judge", [Welch(), PEEKING])
def test_constants(judge: Welch) -> None:
    flat = np.full(30, 0.1)
    assert judge(case(metric(flat, flat))).verdict is Verdict.INCONCLUSIVE
    assert judge(case(metric(flat - 0.05, flat))).verdict is Verdict.ROLLBACK


@pytest.mark.parametrize("arm", [NOTHING, [NAN] * 30, [1.0] + [NAN] * 29])
def test_without_numbers_in_an_arm_it_is_blind(arm: list[float]) -> None:
    assert Welch()(case(metric(arm, [1.0, 2.0] * 15))).verdict is Verdict.BLIND


def _null(runs: int, rho: float) -> list[Case]:
    """Return A/A cases of 240 points; a band, so that any significant difference is a rollback."""
    rng = np.random.default_rng(3)
    return [case(metric(noise(rng, 240, rho), noise(rng, 240, rho), direction=Direction.BAND)) for _ in range(runs)]


@pytest.mark.parametrize(("rho", "single", "peeking"), [(0.0, 0.049, 0.30), (0.5, 0.26, 0.83), (0.9, 0.66, 0.998)])
def test_false_alarms(rho: float, single: float, peeking: float) -> None:
    """800 A/A cases of AR(1) noise; the rates' own error is 0.7 points, the bounds' 1 in 1000."""
    cases = _null(800, rho)
    assert near(share(Welch(), cases), single, 800, 0.007)
    assert near(share(PEEKING, cases), peeking, 800, 0.007)


def test_power_at_half_a_standard_deviation() -> None:
    """400 cases each, rho .9: 80 %; rho .5: 98 %; error of those rates 2 points."""
    rng = np.random.default_rng(4)
    for rho, power in ((0.5, 0.98), (0.9, 0.80)):
        cases = [
            case(metric(noise(rng, 240, rho) + 0.5, noise(rng, 240, rho), direction=Direction.BAND)) for _ in range(400)
        ]
        assert near(share(Welch(), cases), power, 400, 0.02)
