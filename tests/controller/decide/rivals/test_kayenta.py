"""Kayenta's verdicts on whole cases: scores against thresholds, one look or a growing window, its rates."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from controller.decide.case import MetricCase
from controller.decide.rivals.kayenta import Kayenta, KayentaSettings
from controller.model import Floats, Verdict
from exporter.metric import Direction
from tests.controller.decide.rivals.cases import NOTHING, case, metric, near, share
from tests.controller.decide.series import noise

RAMP = np.arange(20.0)


def _metrics(good: int, bad: int) -> list[MetricCase]:
    found = [metric(RAMP, RAMP, name=f"good {i}") for i in range(good)]
    return found + [metric(RAMP - 100, RAMP, name=f"bad {i}") for i in range(bad)]


@pytest.mark.parametrize(
    ("good", "bad", "verdict"),
    [
        (1, 0, Verdict.PROCEED),
        (19, 1, Verdict.PROCEED),
        (18, 2, Verdict.INCONCLUSIVE),
        (3, 1, Verdict.INCONCLUSIVE),
        (2, 1, Verdict.ROLLBACK),
        (0, 1, Verdict.ROLLBACK),
    ],
)
def test_pass_95_marginal_75(good: int, bad: int, verdict: Verdict) -> None:
    outcome = Kayenta()(case(*_metrics(good, bad)))
    assert (outcome.verdict, outcome.decided_at) == (verdict, 19)


def test_reasons_and_numbers() -> None:
    outcome = Kayenta()(case(metric(RAMP - 100, RAMP)))
    assert outcome.reasons[0] == "score 0.00: rollback"
    assert outcome.reasons[1].startswith("kpi: Low, shift -100 in -10")
    assert outcome.metrics[0].estimate == pytest.approx(-100, abs=0.01)
    assert outcome.metrics[0].low < -100 < outcome.metrics[0].high


def test_a_benefit_fails_only_when_both_sides_are_checked() -> None:
    better = case(metric(RAMP + 100, RAMP))
    assert Kayenta()(better).verdict is Verdict.PROCEED
    assert Kayenta(KayentaSettings(either=True))(better).verdict is Verdict.ROLLBACK
    lower = case(metric(RAMP + 100, RAMP, direction=Direction.LOWER))
    assert Kayenta()(lower).verdict is Verdict.ROLLBACK


def test_configured_metrics() -> None:
    metrics = _metrics(9, 1)
    assert Kayenta(KayentaSettings(critical=frozenset({"bad 0"})))(case(*metrics)).verdict is Verdict.ROLLBACK
    assert Kayenta(KayentaSettings(muted=frozenset({"bad 0"})))(case(*metrics)).verdict is Verdict.PROCEED
    grouped = KayentaSettings(groups={"bad 0": "errors"}, weights={"errors": 80})
    assert Kayenta(grouped)(case(*metrics)).reasons[0].startswith("score 20.00")
    silent = [*_metrics(3, 0), metric(NOTHING, RAMP, name="silent")]
    assert Kayenta()(case(*silent)).verdict is Verdict.PROCEED
    needed = KayentaSettings(must_have_data=frozenset({"silent"}))
    assert Kayenta(needed)(case(*silent)).verdict is Verdict.INCONCLUSIVE


def test_no_data_at_all_fails() -> None:
    assert Kayenta()(case(metric(NOTHING, RAMP))).verdict is Verdict.ROLLBACK
    assert Kayenta(KayentaSettings(replace_nan=True))(case(metric(RAMP * 0, NOTHING))).verdict is Verdict.PROCEED


def test_it_waits_for_the_planned_end() -> None:
    outcome = Kayenta()(case(metric(RAMP - 100, RAMP), planned=21))
    assert (outcome.verdict, outcome.decided_at) == (Verdict.UNDECIDED, None)
    assert outcome.reasons == ("20 of 21 planned points, and nothing decided yet",)


def test_growing_stops_at_a_marginal_score_and_below() -> None:
    growing = Kayenta(KayentaSettings(interval=8))
    assert growing(case(*_metrics(0, 1))).decided_at == 7
    stopped = growing(case(*_metrics(3, 1)))  # score 75
    assert (stopped.verdict, stopped.decided_at) == (Verdict.ROLLBACK, 7)
    last = growing(case(*_metrics(9, 1)))  # score 90: goes on, but is no pass at the end
    assert (last.verdict, last.decided_at) == (Verdict.INCONCLUSIVE, 19)
    assert growing(case(*_metrics(1, 0))).verdict is Verdict.PROCEED
    assert growing(case(*_metrics(1, 0), planned=40)).verdict is Verdict.UNDECIDED


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="interval is 0 points"):
        KayentaSettings(interval=0)


def _rate(rng: np.random.Generator) -> Floats:
    """Return an hour of per-minute rates over three steps."""
    counts: Floats = np.convolve(rng.poisson(100, 62), np.ones(3), "valid")
    return counts


def test_looking_six_times_triples_the_false_alarms() -> None:
    """A/A of overlapping rates, 60 points: 6.4 % at one look, 23 to 25 % at six. 400 runs, error 1 to 2 points."""
    rng = np.random.default_rng(1)
    cases = [case(metric(_rate(rng), _rate(rng))) for _ in range(400)]
    assert near(share(Kayenta(KayentaSettings(either=True)), cases), 0.064, 400, 0.01)
    assert near(share(Kayenta(KayentaSettings(either=True, interval=10)), cases), 0.24, 400, 0.02)


@pytest.mark.parametrize(("count", "rate"), [(5, 0.32), (20, 0.44)])
def test_many_metrics(count: int, rate: float) -> None:
    """At 7.3 % per metric: any of 5, or 2 of 20, is below 95; the simulation's metrics have 6.7 %. 120 runs."""
    spared = 0 if count == 5 else 1
    assert binom.sf(spared, count, 0.073) == pytest.approx(rate, abs=0.01)
    rng = np.random.default_rng(2)
    judge = Kayenta(KayentaSettings(either=True))
    cases = [
        case(*(metric(9 + noise(rng, 60, 0.5), 9 + noise(rng, 60, 0.5), name=f"{i}") for i in range(count)))
        for _ in range(120)
    ]
    failed = 120 - share(judge, cases, Verdict.PROCEED)
    assert near(failed, float(binom.sf(spared, count, 0.067)), 120, 0.03)


@pytest.mark.parametrize(("rho", "false", "power"), [(0.0, 0.002, 0.99), (0.5, 0.069, 0.92), (0.9, 0.49, 0.71)])
def test_an_hour_of_240_points(rho: float, false: float, power: float) -> None:
    """300 cases each, A/A and half a standard deviation; error of the named rates 1 to 2 points."""
    rng = np.random.default_rng(3)
    judge = Kayenta(KayentaSettings(either=True))
    pairs = [(9 + noise(rng, 240, rho), 9 + noise(rng, 240, rho)) for _ in range(300)]
    assert near(share(judge, [case(metric(*pair)) for pair in pairs]), false, 300, 0.003 if rho == 0 else 0.02)
    assert near(share(judge, [case(metric(x + 0.5, y)) for x, y in pairs]), power, 300, 0.02)
