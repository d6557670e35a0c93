"""Argo's analysis run: phases of measurements and metrics, limits, errors, and how often healthy canaries fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from controller.decide.case import Case, SeriesKind
from controller.decide.rivals.argo import Argo, ArgoSettings, Phase, Tally, evaluate, measured
from controller.decide.rivals.limits import Limits, Tolerance
from controller.model import Verdict
from tests.controller.decide.rivals.cases import case, metric, near, share

NAN = float("nan")
SETTINGS = ArgoSettings(interval=2, count=4, failure_limit=1, success=Tolerance(0.05))
GOOD = Limits(95, float("inf"))
BEARABLE = Limits(90, float("inf"))


def _case(levels: list[float], planned: int | None = None) -> Case:
    """Return a case of two points per level; good is 95 and more."""
    return case(metric(np.repeat(levels, 2), np.full(2 * len(levels), 100.0), history=[100.0] * 4), planned=planned)


@pytest.mark.parametrize(
    ("levels", "verdict", "at"),
    [
        ([100, 100, 100, 100], Verdict.PROCEED, 7),
        ([100, 80, 100, 100], Verdict.PROCEED, 7),
        ([80, 100, 80, 100], Verdict.ROLLBACK, 5),  # failures add up over the run
        ([80, 80, 100, 100], Verdict.ROLLBACK, 3),
        ([100, 100, 100], Verdict.PROCEED, 5),  # ended with the rollout: terminated counts as successful
        ([NAN] * 4, Verdict.BLIND, 5),  # five errors in a row, each retried a point later
        ([100, NAN, 100, 100, 100], Verdict.PROCEED, 8),  # an error does not use up the count
    ],
)
def test_runs(levels: list[float], verdict: Verdict, at: int) -> None:
    outcome = Argo(SETTINGS)(_case(levels))
    assert (outcome.verdict, outcome.decided_at) == (verdict, at)


def test_a_run_that_is_not_over_is_undecided() -> None:
    assert Argo(SETTINGS)(_case([100, 80], planned=8)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("value", "success", "failure", "phase"),
    [
        (100.0, GOOD, None, Phase.SUCCESSFUL),
        (80.0, GOOD, None, Phase.FAILED),
        (NAN, GOOD, None, Phase.FAILED),
        (NAN, None, BEARABLE, Phase.SUCCESSFUL),
        (80.0, None, BEARABLE, Phase.FAILED),
        (92.0, GOOD, BEARABLE, Phase.INCONCLUSIVE),
        (NAN, GOOD, BEARABLE, Phase.INCONCLUSIVE),
        (80.0, None, None, Phase.SUCCESSFUL),
    ],
)
def test_conditions(value: float, success: Limits | None, failure: Limits | None, phase: Phase) -> None:
    assert evaluate(value, success, failure) is phase


def test_between_both_conditions_it_is_inconclusive() -> None:
    settings = replace(SETTINGS, failure=Tolerance(0.1))
    outcome = Argo(settings)(_case([100, 92, 100, 100]))
    assert (outcome.verdict, outcome.decided_at) == (Verdict.INCONCLUSIVE, 3)
    assert Argo(replace(settings, inconclusive_limit=1))(_case([100, 92, 100, 100])).verdict is Verdict.PROCEED


def test_errors_count_only_in_a_row() -> None:
    tally = Tally()
    for found in [Phase.ERROR] * 4 + [Phase.SUCCESSFUL] + [Phase.ERROR] * 4:
        tally = measured(tally, found, ArgoSettings())
    assert tally.phase is Phase.RUNNING
    assert measured(tally, Phase.ERROR, ArgoSettings()).phase is Phase.ERROR


def test_a_ratio_without_trials_is_nan_and_fails() -> None:
    points = np.array([[9.0, 10.0], [9.0, 10.0], [0.0, 0.0], [0.0, 0.0]])
    idle = case(metric(points, points, history=points[:2], kind=SeriesKind.COUNTER))
    assert Argo(replace(SETTINGS, failure_limit=0))(idle).verdict is Verdict.ROLLBACK
    only_failure = replace(SETTINGS, failure_limit=0, success=None, failure=Tolerance(0.05))
    assert Argo(only_failure)(idle).verdict is Verdict.PROCEED


def test_the_first_bad_metric_ends_the_run_and_the_worst_one_wins() -> None:
    past = [100.0] * 4
    fails = metric([100.0] * 2 + [80.0] * 6, [100.0] * 8, history=past, name="fails")
    silent = metric([NAN] * 8, [100.0] * 8, history=past, name="silent")
    outcome = Argo(SETTINGS)(case(fails, silent))
    assert (outcome.verdict, outcome.decided_at) == (Verdict.ROLLBACK, 5)  # both at once
    sooner = replace(SETTINGS, consecutive_error_limit=3)
    assert Argo(sooner)(case(fails, silent)).verdict is Verdict.BLIND
    assert Argo(sooner)(case(fails, silent)).reasons[1] == (
        "silent: error: 0 successful, 0 failed, 0 inconclusive, 4 errors in a row"
    )


def test_without_history_no_limit_can_be_set() -> None:
    assert Argo()(case(metric([1.0] * 240, [1.0] * 240))).verdict is Verdict.BLIND


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must be at least 1 point"):
        ArgoSettings(error_retry=0)


@pytest.mark.parametrize(("limit", "q"), [(0, 0.02), (3, 0.25)])
def test_failures_are_binomial(limit: int, q: float) -> None:
    """P(failed) = P(Bin(count, q) > limit); 600 runs, bounds 1 in 1000."""
    rng = np.random.default_rng(1)
    cases = [_case(list(np.where(rng.random(10) < q, 80.0, 100.0))) for _ in range(600)]
    judge = Argo(ArgoSettings(interval=2, failure_limit=limit, success=Tolerance(0.05)))
    assert near(share(judge, cases), float(binom.sf(limit, 10, q)), 600)


def test_healthy_canaries_fail() -> None:
    """50 requests a check, 0.5 % errors, at least 99 % good, 10 checks, limit 3: 16 %. 600 runs."""
    rng = np.random.default_rng(2)

    def healthy() -> Case:
        points = np.stack([rng.binomial(25, 0.995, 20), np.full(20, 25)], axis=1).astype(float)
        return case(metric(points, points, kind=SeriesKind.COUNTER))

    judge = Argo(ArgoSettings(interval=2, failure_limit=3, success=Tolerance(minimum=0.99)))
    cases = [healthy() for _ in range(600)]
    assert near(share(judge, cases), 0.16, 600, 0.01)
