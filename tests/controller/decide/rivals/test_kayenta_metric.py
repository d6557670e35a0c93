"""Labels of single metrics: Kayenta's rules one by one, and its known misses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from controller.decide.case import SeriesKind
from controller.decide.rivals import series
from controller.decide.rivals.kayenta_metric import (
    EffectLimits,
    Label,
    Labelled,
    Measure,
    MetricRules,
    Side,
    classify,
    label,
    without_outliers,
)
from controller.model import Floats
from tests.controller.decide.rivals.cases import metric, near
from tests.controller.decide.series import noise

NAN = float("nan")
EMPTY = np.empty(0)
LOW_RAMP, HIGH_RAMP = np.arange(10.0) + 10, np.arange(10.0) + 30

Draw = Callable[[np.random.Generator], tuple[Floats, Floats]]


def _classify(canary: Floats, baseline: Floats, rules: MetricRules | None = None) -> Labelled:
    return classify(canary, baseline, rules if rules is not None else MetricRules(), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("canary", "baseline"),
    [
        ([100.0] * 7 + [1.0] * 3, [1.0] * 10),  # spinnaker 6278: seven of ten points at a hundred times
        ([0.0, 1.0, 2.0, 1.0, 0.0, 0.0], [0.0] * 6),  # kayenta 426: a sparse error count over none
        ([0, 0.048, 0, 0.18, 0.089, 0, 0.098, 0.035, 0, 0], [0.0] * 10),  # spinnaker 5622: errors over none
    ],
)
def test_known_misses_pass(canary: list[float], baseline: list[float]) -> None:
    assert _classify(np.array(canary), np.array(baseline), MetricRules(Side.INCREASE)).label is Label.PASS


def test_one_more_point_and_6278_fails() -> None:
    assert _classify(np.array([100.0] * 8 + [1.0] * 2), np.ones(10)).label is Label.HIGH


def test_5622_passes_as_it_comes_from_prometheus() -> None:
    """The baseline has no errors and no series; the canary has ratios without trials."""
    canary = np.array([[NAN, 0], [48, 1e3], [NAN, 0], [180, 1e3], [89, 1e3], [NAN, 0], [98, 1e3], [35, 1e3]])
    canary = np.concatenate([np.where(np.isnan(canary), 0, canary), np.zeros((2, 2))])
    arms = series.arms(metric(canary, np.empty((0, 2)), kind=SeriesKind.COUNTER), 10)
    replaced = label(arms, MetricRules(Side.INCREASE, replace_nan=True), np.random.default_rng(0))
    assert replaced.label is Label.PASS
    assert replaced.shift is not None  # it was compared with ten zeros, not excused
    assert label(arms, MetricRules(Side.INCREASE), np.random.default_rng(0)).label is Label.NODATA


def test_a_gap_is_missing_even_where_nan_is_replaced() -> None:
    arms = series.arms(metric([NAN, 5.0, NAN, 6.0, 7.0, 8.0], [5.0, 6.0, 7.0, 8.0, NAN, NAN]), 6)
    assert (
        label(arms, MetricRules(replace_nan=True), np.random.default_rng(0)).shift is None
    )  # identical: nothing to rank


@pytest.mark.parametrize(
    ("side", "up", "down"),
    [
        (Side.EITHER, Label.HIGH, Label.LOW),
        (Side.INCREASE, Label.HIGH, Label.PASS),
        (Side.DECREASE, Label.PASS, Label.LOW),
    ],
)
def test_sides(side: Side, up: Label, down: Label) -> None:
    assert _classify(HIGH_RAMP, LOW_RAMP, MetricRules(side)).label is up
    assert _classify(LOW_RAMP, HIGH_RAMP, MetricRules(side)).label is down


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        (MetricRules(), Labelled(Label.NODATA)),
        (MetricRules(critical=True), Labelled(Label.NODATA, critical=True)),
        (MetricRules(must_have_data=True), Labelled(Label.NODATA_FAIL)),
        (MetricRules(must_have_data=True, critical=True), Labelled(Label.NODATA, critical=True)),
        (MetricRules(replace_nan=True), Labelled(Label.PASS)),
    ],
)
def test_an_empty_arm(rules: MetricRules, wanted: Labelled) -> None:
    assert _classify(EMPTY, LOW_RAMP, rules) == wanted
    assert _classify(LOW_RAMP, EMPTY, rules) == wanted


def test_identical_and_constant_arms() -> None:
    assert _classify(LOW_RAMP[::-1].copy(), LOW_RAMP).label is Label.PASS
    assert _classify(np.full(5, 2.0), np.full(9, 2.0)).label is Label.PASS
    assert _classify(np.full(20, 2.2), np.full(20, 2.0)).label is Label.HIGH  # compared with a little noise
    assert _classify(np.full(20, 1.8), np.full(20, 2.0)).label is Label.LOW


@pytest.mark.parametrize("bad", [np.array([1.0, np.inf, 2.0]), np.array([1.0]), np.array([-1.7e308, 1.7e308])])
def test_what_cannot_be_ranked_is_an_error(bad: Floats) -> None:
    assert _classify(bad, bad[::-1] * 0.5).label is Label.ERROR


@pytest.mark.parametrize(
    ("effect", "wanted"),
    [
        (EffectLimits(allowed_increase=2.0), Label.HIGH),
        (EffectLimits(allowed_increase=3.0), Label.PASS),
        (EffectLimits(Measure.CLES), Label.HIGH),
        (EffectLimits(Measure.CLES, allowed_increase=1.01), Label.PASS),
    ],
)
def test_an_effect_that_is_too_small_passes(effect: EffectLimits, wanted: Label) -> None:
    """Means 34.5 / 14.5 = 2.38; every canary point lies above every baseline point: CLES 1."""
    assert _classify(HIGH_RAMP, LOW_RAMP, MetricRules(effect=effect)).label is wanted


def test_a_baseline_whose_mean_is_zero_skips_the_effect_size() -> None:
    baseline = np.tile([-1.0, 1.0], 10)
    assert (
        _classify(baseline + 50, baseline, MetricRules(effect=EffectLimits(allowed_increase=9e9))).label is Label.HIGH
    )


def test_critical_has_its_own_effect_size() -> None:
    effect = EffectLimits(critical_increase=3.0)
    assert _classify(HIGH_RAMP, LOW_RAMP, MetricRules(critical=True)) == _with_critical(critical=True)
    assert _classify(HIGH_RAMP, LOW_RAMP, MetricRules(critical=True, effect=effect)) == _with_critical(critical=False)


def _with_critical(*, critical: bool) -> Labelled:
    return Labelled(Label.HIGH, critical, _classify(HIGH_RAMP, LOW_RAMP).shift)


def test_outliers_lie_beyond_both_fences() -> None:
    values = np.append(np.tile([1.0, 2.0, 3.0], 100), [9.0, 9.1])
    assert without_outliers(values).tolist() == values[:-1].tolist()  # Q3 + 3 IQR = 9 > P99 = 3, and 9 is on the fence
    assert without_outliers(EMPTY).size == 0


def _rejected(draw: Draw, runs: int, rules: MetricRules | None = None) -> int:
    rng = np.random.default_rng(5)
    return sum(_classify(*draw(rng), rules).label is not Label.PASS for _ in range(runs))


def _autoregressive(rho: float) -> Draw:
    return lambda rng: (10 + noise(rng, 60, rho), 10 + noise(rng, 60, rho))


def _rates(steps: int) -> Draw:
    """Return A/A of an hour of rates, one a minute, each over `steps` minutes."""

    def arm(rng: np.random.Generator) -> Floats:
        counts: Floats = np.convolve(rng.poisson(100, 59 + steps), np.ones(steps), "valid")
        return counts

    return lambda rng: (arm(rng), arm(rng))


def _ten_per_cent_more(mean: float) -> Draw:
    return lambda rng: (rng.normal(1.1 * mean, 0.1 * mean, 60), rng.normal(mean, 0.1 * mean, 60))


def _doubled_errors(rng: np.random.Generator) -> tuple[Floats, Floats]:
    return rng.poisson(0.4, 60).astype(float), rng.poisson(0.2, 60).astype(float)


@pytest.mark.parametrize(
    ("draw", "rate", "runs"),
    [
        (_autoregressive(0.0), 0.003, 1200),
        (_autoregressive(0.5), 0.067, 600),
        (_autoregressive(0.8), 0.299, 400),
        (_rates(3), 0.064, 600),
        (_rates(5), 0.163, 600),
    ],
)
def test_false_alarms_of_60_points(draw: Draw, rate: float, runs: int) -> None:
    """Without autocorrelation 0.2 to 0.4 %; error of the named rates about 1 point, of the bounds 1 in 1000."""
    assert near(_rejected(draw, runs), rate, runs, 0.002 if rate < 0.01 else 0.01)


@pytest.mark.parametrize(("mean", "power"), [(100.0, 0.98), (1e-3, 0.89), (3e-4, 0.16)])
def test_ten_per_cent_more_is_seen_the_less_the_smaller_the_unit(mean: float, power: float) -> None:
    """Standard deviation 10 % of the mean; the absolute tolerance of the root search eats the small ones. 500 runs."""
    assert near(_rejected(_ten_per_cent_more(mean), 500), power, 500, 0.015)


def test_doubled_rare_errors_are_seldom_seen() -> None:
    """Poisson 0.2 a minute doubled, an hour: 13 %; 500 runs."""
    assert near(_rejected(_doubled_errors, 500), 0.13, 500, 0.015)
