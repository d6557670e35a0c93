"""Flagger's loop: which checks count, when it ends, and how often healthy canaries are rolled back."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from controller.decide.case import Case, SeriesKind
from controller.decide.rivals.flagger import Flagger, FlaggerSettings, Progress, tick
from controller.decide.rivals.limits import Tolerance
from controller.model import Verdict
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import case, metric, near, share

NAN = float("nan")


def _case(levels: list[float], planned: int | None = None) -> Case:
    """Return a case of two points per level; good is 95 and more."""
    return case(metric(np.repeat(levels, 2), np.full(2 * len(levels), 100.0), history=[100.0] * 4), planned=planned)


def _judge(threshold: int, steps: int) -> Flagger:
    return Flagger(FlaggerSettings(interval=2, threshold=threshold, steps=steps, tolerance=Tolerance(0.05)))


@pytest.mark.parametrize(
    ("levels", "verdict", "at"),
    [
        ([100, 100, 100, 100], Verdict.PROCEED, 5),
        ([100, 80, 100, 100], Verdict.PROCEED, 7),  # a failed check holds the weight, and is not forgotten
        ([80, 100, 80, 100], Verdict.ROLLBACK, 7),  # on the tick after the second failure
        ([80, 80, 100, 100], Verdict.ROLLBACK, 5),
        ([80, 100, 100, 80], Verdict.ROLLBACK, 7),  # no tick is left: at the planned end
        ([NAN, NAN, 100, 100], Verdict.ROLLBACK, 5),  # no data counts as failed
        ([80, 100, 100], Verdict.UNDECIDED, None),
    ],
)
def test_ticks(levels: list[float], verdict: Verdict, at: int | None) -> None:
    outcome = _judge(threshold=2, steps=3)(_case(levels))
    assert (outcome.verdict, outcome.decided_at) == (verdict, at)


def test_reasons_name_the_breach() -> None:
    outcome = _judge(threshold=1, steps=3)(_case([100, 80, 100]))
    assert outcome.reasons == ("1 checks passed, 1 failed", "kpi: 80 not in 95 .. inf at point 3")
    assert outcome.metrics[0].estimate == pytest.approx(280 / 3 - 100)


def test_any_metric_fails_the_check_and_only_once() -> None:
    good, bad = (metric([level] * 4, [100.0] * 4, history=[100.0] * 4) for level in (100.0, 80.0))
    assert _judge(threshold=2, steps=2)(case(bad, bad)).reasons[0] == "0 checks passed, 2 failed"
    assert _judge(threshold=1, steps=2)(case(good, bad)).verdict is Verdict.ROLLBACK


def test_before_the_planned_end_a_spent_budget_waits_for_its_tick() -> None:
    assert _judge(threshold=1, steps=3)(_case([80], planned=10)).verdict is Verdict.UNDECIDED


def test_without_history_no_limit_can_be_set() -> None:
    outcome = Flagger()(case(metric([1.0] * 40, [1.0] * 40)))
    assert (outcome.verdict, outcome.reasons) == (Verdict.BLIND, ("kpi: no history to set a limit by",))


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="interval is 0 points"):
        FlaggerSettings(interval=0)


@pytest.mark.parametrize(("threshold", "q"), [(1, 0.02), (3, 0.2), (5, 0.25)])
def test_rollbacks_are_binomial(threshold: int, q: float) -> None:
    """P(rollback) = P(Bin(S + T - 1, q) >= T) for checks that fail alike; 600 runs, bounds 1 in 1000."""
    rng = np.random.default_rng(1)
    points = 2 * (10 + threshold)
    cases = [_case(list(np.where(rng.random(points // 2) < q, 80.0, 100.0))) for _ in range(600)]
    assert near(share(_judge(threshold, 10), cases), float(binom.sf(threshold - 1, 10 + threshold - 1, q)), 600)


def _stepped(rng: np.random.Generator, threshold: int) -> Verdict:
    """Return how a canary with 0.5 % errors ends: weights 5 .. 50 % of 200 requests a minute, at least 99 % good."""
    settings, progress = FlaggerSettings(threshold=threshold, steps=10), Progress()
    while progress.verdict is Verdict.UNDECIDED:
        requests = 10 * (progress.passed + 1)
        progress = tick(progress, settings, passed=rng.binomial(requests, 0.005) <= 0.01 * requests)
    return progress.verdict


@pytest.mark.parametrize(("threshold", "rate"), [(5, 0.17), (1, 0.90)])
def test_healthy_canaries_are_rolled_back(threshold: int, rate: float) -> None:
    """1000 canaries; error of the named rates about 1 point."""
    rng = np.random.default_rng(2)
    rolled_back = sum(_stepped(rng, threshold) is Verdict.ROLLBACK for _ in range(1000))
    assert near(rolled_back, rate, 1000, 0.01)


def test_counters_pool_their_trials_over_the_interval() -> None:
    """One error in 50 requests, spread over two points, breaks 99 %."""
    points = np.array([[24.0, 25.0], [25.0, 25.0]])
    good = metric(points, points, history=points, kind=SeriesKind.COUNTER, direction=Direction.HIGHER)
    settings = FlaggerSettings(interval=2, steps=1, tolerance=Tolerance(minimum=0.99))
    assert Flagger(settings)(case(good)).reasons == (
        "0 checks passed, 1 failed",
        "kpi: 0.98 not in 0.99 .. inf at point 1",
    )
