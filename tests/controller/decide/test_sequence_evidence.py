"""How a case becomes evidence, and which cases are blind."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from controller.decide import sequence
from controller.decide.case import SeriesKind
from controller.decide.policy import Policy
from controller.model import Floats, Role, Verdict
from exporter.metric import MeanReading, ShareAboveReading
from tests.controller.decide.cases import BOUNDS, HISTORY, KINDS, case, gauge, metric
from tests.controller.decide.series import noise

PLANNED = 48
POLICY = Policy(minimum_harm=5, minimum_proceed=10)


def test_a_counter_is_events_over_trials_and_points_without_trials_count_as_nothing() -> None:
    points = np.array([[1.0, 4.0], [0.0, 0.0], [math.nan, 5.0], [3.0, math.inf], [2.0, 4.0]])
    one = replace(metric(1, "counter", 5), canary=points, comparison=np.tile((1.0, 2.0), (5, 1)))
    series = sequence.evidence(case(one, planned=PLANNED))[0].canary
    assert series.times.tolist() == [0, 1, 4]
    assert series.values.tolist() == [[0.25, 0.5], [0.0, 0.5], [0.5, 0.5]]
    assert series.trials is not None
    assert series.trials.tolist() == [[4, 2], [0, 2], [4, 2]]
    assert (series.count, series.expected) == (3, 5)


def test_a_ratio_that_is_no_number_is_missing() -> None:
    points = np.array([[1e200, 1e-200], [1.0, 2.0]])
    one = replace(metric(1, "counter", 2), canary=points, comparison=np.tile((1.0, 2.0), (2, 1)))
    assert sequence.evidence(case(one, planned=PLANNED))[0].canary.times.tolist() == [1]


def test_a_histogram_is_its_mean_or_the_share_above_its_objective() -> None:
    points = np.array([[3.0, 4.0, 1.0, 3.0, 4.0]])
    mean = replace(metric(1, "histogram", 1), canary=points, comparison=points)
    above = replace(metric(1, "objective", 1), canary=points, comparison=points)
    found = sequence.evidence(case(mean, above, planned=PLANNED))
    assert found[0].canary.values.tolist() == [[0.75, 0.75]]
    assert found[1].canary.values.tolist() == [[0.25, 0.25]]  # one of four above 0.5
    assert isinstance(found[0].judged.kpi.reading, MeanReading)
    assert found[1].judged.kpi.reading == ShareAboveReading(sequence._NONE, str(BOUNDS[1]))


def test_a_gauge_s_infinite_points_are_missing_and_lags_are_counted() -> None:
    canary = np.array([1.0, math.inf, -math.inf, math.nan, 2.0, 3.0])
    comparison = np.array([1.0, 1.0, 1.0, 1.0, 1.0, math.nan])
    one = gauge(canary, np.arange(5.0), comparison=comparison)
    item = sequence.evidence(case(one, planned=PLANNED))[0]
    assert item.canary.times.tolist() == [0, 4]
    assert (item.canary.expected, item.canary.behind) == (6, 1)
    assert item.history.times.tolist() == [-5, -4, -3, -2, -1]


def test_points_beyond_the_plan_are_left_out() -> None:
    rng = np.random.default_rng(6)
    history, canary = noise(rng, HISTORY), noise(rng, 3 * PLANNED)
    canary[PLANNED:] -= 100.0
    found = sequence.judge(case(gauge(canary, history), planned=PLANNED), POLICY)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.decided_at is not None
    assert found.decided_at < PLANNED


# --- what is blind


def test_an_empty_case_is_blind_and_says_why() -> None:
    found = sequence.judge(case(planned=PLANNED))
    assert (found.verdict, found.reasons) == (Verdict.BLIND, ("there are no metrics to judge",))
    nothing = np.empty(0)
    blind = sequence.judge(case(gauge(nothing, np.zeros(HISTORY)), planned=PLANNED), POLICY)
    assert (blind.verdict, blind.reasons) == (Verdict.BLIND, ("level: no point has data in both arms",))


@pytest.mark.parametrize("arm", ["canary", "comparison", "both"])
def test_an_arm_without_data_is_blind(arm: str) -> None:
    rng = np.random.default_rng(7)
    missing, some = np.full(PLANNED, math.nan), noise(rng, PLANNED)
    one = gauge(
        some if arm == "comparison" else missing,
        noise(rng, HISTORY),
        comparison=some if arm == "canary" else missing,
    )
    found = sequence.judge(case(one, metric(1, "counter", PLANNED, role=Role.GUARDRAIL), planned=PLANNED), POLICY)
    assert (found.verdict, found.decided_at) == (Verdict.BLIND, None)
    assert found.reasons == ("level: no point has data in both arms",)
    assert [one.n for one in found.metrics] == [0, PLANNED]


@pytest.mark.parametrize("history", [np.empty(0), np.full(HISTORY, np.nan), np.zeros(239)])
def test_without_enough_history_it_is_blind(history: Floats) -> None:
    found = sequence.judge(case(gauge(np.full(PLANNED, -9.0), history), planned=PLANNED), POLICY)
    assert found.verdict is Verdict.BLIND
    assert "points of A/A history, 240 needed" in found.reasons[0]


def test_a_plan_that_is_too_long_for_its_history_is_blind_and_says_how_much_it_needs() -> None:
    found = sequence.judge(case(gauge(np.zeros(10), np.zeros(HISTORY)), planned=100_000))
    assert found.reasons == ("level: 480 points of A/A history, 3344 needed",)


def test_a_canary_that_stops_early_is_undecided() -> None:
    rng = np.random.default_rng(8)
    found = sequence.judge(case(gauge(noise(rng, 7), noise(rng, HISTORY)), planned=PLANNED), POLICY)
    assert (found.verdict, found.decided_at) == (Verdict.UNDECIDED, None)


def test_the_case_s_own_alpha_and_plan_are_used() -> None:
    rng = np.random.default_rng(9)
    canary, history = noise(rng, PLANNED) + 0.9, noise(rng, HISTORY)
    points = [
        sequence.judge(case(gauge(canary, history), planned=PLANNED, alpha=alpha), POLICY).decided_at
        for alpha in (0.2, 0.05, 1e-4)
    ]
    assert None not in points
    assert points == sorted(points, key=lambda at: at or 0)
    assert points[0] != points[2]


def test_kinds_are_all_covered() -> None:
    assert set(KINDS.values()) == set(SeriesKind)
