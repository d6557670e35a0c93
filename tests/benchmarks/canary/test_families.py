"""Every family draws valid canaries, the same ones again, with the noise and the effect of its name."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.canary.build import DAY, PLANNED
from benchmarks.canary.families import find
from benchmarks.canary.families.counts import FAILURES, RARE, TRIALS, USUAL
from benchmarks.canary.families.latency import BOUNDS, REQUESTS
from benchmarks.canary.family import Family, Truth
from benchmarks.canary.seeds import SeedSet
from controller.decide.case import MetricCase, SeriesKind
from controller.model import Floats, Role
from exporter.metric import Direction

FAMILIES = find()
EVERY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
WIDTH = {SeriesKind.GAUGE: (), SeriesKind.COUNTER: (2,), SeriesKind.HISTOGRAM: (2 + len(BOUNDS),)}


def first(name: str, run: int = 0) -> MetricCase:
    return FAMILIES[name].case(SeedSet.DEV, run).metrics[0]


def history(metric: MetricCase) -> int:
    return len(metric.history_canary)


def arrays(metric: MetricCase) -> list[Floats]:
    return [metric.canary, metric.comparison, metric.history_canary, metric.history_comparison]


@EVERY
def test_a_case_has_its_shapes_and_finite_values(family: Family) -> None:
    case = family.case(SeedSet.DEV, 0)
    assert case.id == f"{family.name} #0"
    assert (case.planned, case.alpha) == (PLANNED, 0.05)
    assert [metric.role for metric in case.metrics] == [Role.PRIMARY, *[Role.GUARDRAIL] * (len(case.metrics) - 1)]
    assert len({metric.name for metric in case.metrics}) == len(case.metrics)
    for metric in case.metrics:
        assert metric.canary.shape == metric.comparison.shape == (PLANNED, *WIDTH[metric.kind])
        assert metric.history_canary.shape == metric.history_comparison.shape
        assert metric.history_canary.shape[1:] == WIDTH[metric.kind]
        assert all(array.dtype == np.float64 and np.isfinite(array).all() for array in arrays(metric))
        assert bool(metric.bounds) == (metric.kind is SeriesKind.HISTOGRAM)


@EVERY
def test_a_case_is_the_same_again_and_another_in_other_runs_and_sets(family: Family) -> None:
    cases = [family.case(SeedSet.DEV, 1), family.case(SeedSet.DEV, 1)]
    others = [family.case(SeedSet.DEV, 2), family.case(SeedSet.FINAL, 1)]
    same, again, *different = [np.concatenate(arrays(case.metrics[0])) for case in (*cases, *others)]
    assert np.array_equal(same, again)
    assert not any(np.array_equal(same, other) for other in different)


@EVERY
def test_an_effect_stands_where_the_truth_says(family: Family) -> None:
    none = 0.0 if FAMILIES[family.name].case(SeedSet.DEV, 0).metrics[0].kind is SeriesKind.GAUGE else 1.0
    assert (family.effect == none) == (family.truth is Truth.SAME)


def test_histories_are_as_long_as_their_names_say() -> None:
    lengths = {name: history(first(name)) for name in FAMILIES}
    for name, length in lengths.items():
        expected = 240 if "1 h history" in name else 960 if "4 h history" in name else DAY
        assert length == expected, name


def test_noise_runs_on_without_a_break_into_the_canary() -> None:
    steps = [(metric.history_canary[-1], metric.canary[0]) for metric in (first("rho 0.9", run) for run in range(400))]
    before, after = np.array(steps).T
    assert np.corrcoef(before, after)[0, 1] == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("name", ["rho 0", "rho 0.5", "rho 0.9", "half common shock", "slow + white", "heavy tails"])
def test_gauges_have_marginal_standard_deviation_one(name: str) -> None:
    arms = [np.concatenate([m.history_canary, m.canary]) for m in (first(name, run) for run in range(30))]
    assert np.std(arms) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize(
    "family", ["rho 0.5, benefit 0.5 sd", "rho 0.5, benefit 1 sd", "5 metrics, guardrail harm 2 sd"]
)
def test_effects_of_gauges_are_in_standard_deviations(family: str) -> None:
    cases = [FAMILIES[family].case(SeedSet.DEV, run) for run in range(40)]
    shifts = [[np.mean(metric.canary - metric.comparison) for metric in case.metrics] for case in cases]
    hit = 1 if "guardrail" in family else 0
    expected = [FAMILIES[family].effect if index == hit else 0.0 for index in range(len(cases[0].metrics))]
    assert np.mean(shifts, axis=0) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    ("name", "rate"),
    [("Poisson counts", USUAL), ("rare counts", RARE), ("bursts", USUAL), ("bursts of traffic", USUAL)],
)
def test_counts_have_their_rates(name: str, rate: float) -> None:
    points = np.concatenate([first(name, run).history_comparison for run in range(10)])
    assert points[:, 0].mean() == pytest.approx(rate, rel=0.1)
    assert points[:, 1].mean() == pytest.approx(TRIALS, rel=0.1)
    assert (points[:, 0] <= points[:, 1]).all()


def test_a_rate_ratio_multiplies_the_canarys_rate() -> None:
    metrics = [first("Poisson counts, harm x 1.5", run) for run in range(40)]
    canary, comparison = (
        sum(arm[:, 0].sum() for arm in arms) for arms in zip(*[(m.canary, m.comparison) for m in metrics], strict=True)
    )
    assert canary / comparison == pytest.approx(1.5, rel=0.05)
    assert metrics[0].direction is Direction.LOWER


def test_bursts_vary_five_times_more_than_poisson() -> None:
    events = np.concatenate([first("bursts", run).history_canary[:, 0] for run in range(10)])
    assert events.var() / events.mean() == pytest.approx(5.0, rel=0.1)
    poisson = first("Poisson counts").history_canary[:, 0]
    assert poisson.var() / poisson.mean() == pytest.approx(1.0, rel=0.1)


def test_a_success_ratio_near_one_counts_successes() -> None:
    metric = first("success ratio near 1")
    assert 1 - metric.history_canary[:, 0].sum() / metric.history_canary[:, 1].sum() == pytest.approx(
        FAILURES / TRIALS, rel=0.2
    )
    assert metric.direction is Direction.HIGHER


def test_latencies_are_log_normal_and_five_percent_slower_with_harm() -> None:
    metrics = [first("latency, mean, harm +5 %", run) for run in range(3)]
    before = np.concatenate([metric.history_comparison for metric in metrics])
    seconds = before[:, 0].sum() / before[:, 1].sum()
    assert seconds == pytest.approx(0.1 * math.exp((0.5**2 + 0.05**2) / 2), rel=0.01)
    assert before[:, 2 + BOUNDS.index(0.1)].mean() == pytest.approx(REQUESTS / 2, rel=0.02)
    assert (np.diff(before[:, 2:], axis=1) >= 0).all()
    canary, comparison = (
        np.concatenate(arms)[:, 0].mean() for arms in zip(*[(m.canary, m.comparison) for m in metrics], strict=True)
    )
    assert canary / comparison == pytest.approx(1.05, abs=0.015)


@pytest.mark.parametrize(
    ("name", "canary", "comparison"), [("noisier canary arm", 2.0, 1.0), ("noise doubles", 2.0, 2.0)]
)
def test_noise_grows_during_the_canary(name: str, canary: float, comparison: float) -> None:
    metrics = [first(name, run) for run in range(40)]
    assert np.std([metric.canary for metric in metrics]) == pytest.approx(canary, rel=0.05)
    assert np.std([metric.comparison for metric in metrics]) == pytest.approx(comparison, rel=0.05)
    assert np.std([metric.history_canary for metric in metrics]) == pytest.approx(1.0, rel=0.05)


def test_a_level_shift_hits_both_arms_as_the_canary_starts() -> None:
    metrics = [first("common level shift", run) for run in range(20)]
    for during, before in (("canary", "history_canary"), ("comparison", "history_comparison")):
        shift = np.mean([getattr(metric, during).mean() - getattr(metric, before).mean() for metric in metrics])
        assert shift == pytest.approx(2.0, abs=0.15)


def test_drifts_move_as_far_as_they_say() -> None:
    def offsets(name: str) -> Floats:
        """Return the arms' difference, averaged per hour and over its noise."""
        metrics = [first(name, run) for run in range(60)]
        return np.array([(m.history_canary - m.history_comparison).reshape(24, 240).mean(axis=1) for m in metrics])

    line = offsets("drift, linear").mean(axis=0)
    assert line[-1] - line[0] == pytest.approx(0.5 * 23 / 24, abs=0.1)
    noise = np.mean(np.var(offsets("rho 0.5"), axis=1))
    daily = np.mean(np.var(offsets("drift, 24 h wave"), axis=1)) - noise
    assert daily == pytest.approx(0.3**2 / 2, rel=0.3)
    walk = np.diff(offsets("drift, random walk"), axis=1).var() - np.diff(offsets("rho 0.5"), axis=1).var()
    assert walk == pytest.approx(0.3**2 * 2 / 3, rel=0.3)  # of hourly means, 2/3 of the variance of hourly steps
