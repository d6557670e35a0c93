"""What must be there to judge a canary at all, and how it is said what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from controller.decide.canary import blindness
from controller.model import Floats, KpiEvidence, PairedSeries, Role
from exporter.metric import Direction
from tests.controller.decide.series import (
    HISTORY,
    PLANNED,
    POLICY,
    RATIO,
    counted,
    evidence,
    judged,
    paired,
)

RAIL = judged(Role.GUARDRAIL, Direction.LOWER, 0.8, "rail")


def _blind(canary: PairedSeries, history: PairedSeries) -> tuple[str, ...]:
    return blindness((KpiEvidence(judged(reading=RATIO), canary, history),), POLICY)


def _gauges(canary: int, expected: int, history: int = HISTORY, behind: int = 0) -> str:
    series = replace(paired(np.zeros(canary), expected=expected), behind=behind)
    return "; ".join(_blind(series, paired(np.zeros(history))))


def test_whole_data_are_not_blind() -> None:
    assert _gauges(50, 50) == ""
    assert _gauges(0, 0) == ""


def test_a_short_history_is_blind_and_says_how_long_it_must_be() -> None:
    assert _gauges(50, 50, history=239) == "kpi: 239 points of A/A history, 240 needed"
    assert _gauges(50, 50, history=0) == "kpi: 0 points of A/A history, 240 needed"
    assert _gauges(50, 50, history=240) == ""


def test_less_than_half_of_the_expected_points_is_blind() -> None:
    assert _gauges(24, 50) == "kpi: only 24 of 50 points have data in both arms"
    assert _gauges(25, 50) == ""
    assert _gauges(0, 10) == "kpi: only 0 of 10 points have data in both arms"


def test_an_arm_that_lags_is_named() -> None:
    wanted = "kpi: only 9 of 50 points have data in both arms; one arm is 40 points behind the other"
    assert _gauges(9, 50, behind=40) == wanted
    assert _gauges(40, 50, behind=10) == ""


def _counter(trials: Floats) -> PairedSeries:
    return counted(0.3 * trials, trials)


def test_a_fraction_of_the_usual_traffic_is_blind() -> None:
    usual = np.full((HISTORY, 2), 100.0)
    assert _blind(_counter(usual[:50] * 0.2), _counter(usual)) == (
        "kpi: only 20% of the traffic that the A/A history had",
    )
    assert _blind(_counter(usual[:50] * 0.3), _counter(usual)) == ()
    assert _blind(_counter(usual[:50] * 0), _counter(usual)) == (
        "kpi: only 0% of the traffic that the A/A history had",
    )


def test_a_few_quiet_points_of_a_rarely_used_service_are_not_blind() -> None:
    """Half a trial is expected in twenty points."""
    usual = np.zeros((HISTORY, 2))
    usual[::20] = 1.0
    assert _blind(_counter(np.zeros((20, 2))), _counter(usual)) == ()


def test_a_broken_split_is_a_reason_of_its_own_with_both_shares() -> None:
    rng = np.random.default_rng(5)
    usual = rng.poisson(100, (HISTORY, 2)).astype(float)
    now = rng.poisson((70, 130), (PLANNED, 2)).astype(float)
    (reason,) = _blind(_counter(now), _counter(usual))
    share, before = now[:, 0].sum() / now.sum(), usual[:, 0].sum() / usual.sum()
    assert reason == (
        f"kpi: sample-ratio mismatch: the canary arm gets {share:.1%} of the trials, {before:.1%} in the A/A history; "
        "the arms cannot be compared"
    )


def test_a_history_without_data_is_blind() -> None:
    one_arm = np.tile((100.0, 0.0), (HISTORY, 1))
    found = _blind(_counter(np.full((50, 2), 100.0)), _counter(one_arm))
    assert "kpi: the A/A history holds no data for both arms at once" in found


def test_every_blind_kpi_is_named() -> None:
    items = (
        evidence(np.zeros(50), np.zeros(10)),
        evidence(np.zeros(50), np.zeros(HISTORY), RAIL),
        evidence(np.zeros(50), np.zeros(20), replace(RAIL, kpi=replace(RAIL.kpi, name="other"))),
    )
    assert [reason.split(":")[0] for reason in blindness(items, POLICY)] == ["kpi", "other"]
