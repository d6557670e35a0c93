"""How Kayenta's NetflixACAJudge-v1.0 labels one metric: Pass, High, Low, Nodata, NodataFailMetric or Error."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from controller.decide.rivals.rank_sum import AllTiedError, RankSum, Shift
from controller.decide.rivals.series import Arm, Arms
from controller.model import Floats

CONFIDENCE = 0.98
TOLERANCE = 0.25
FENCE = 3.0
NOISE = 1e-5


class Label(StrEnum):
    """What a metric is classified as."""

    PASS = "Pass"  # noqa: S105 - Kayenta's word, no password
    HIGH = "High"
    LOW = "Low"
    NODATA = "Nodata"
    NODATA_FAIL = "NodataFailMetric"
    ERROR = "Error"


class Side(StrEnum):
    """Which change a metric is checked for."""

    INCREASE = "increase"
    DECREASE = "decrease"
    EITHER = "either"


class Measure(StrEnum):
    """Effect size that must be reached as well."""

    MEAN_RATIO = "meanRatio"
    CLES = "cles"


@dataclass(frozen=True)
class EffectLimits:
    """Effect sizes from which a change counts, and from which it fails the whole canary on a critical metric.

    None is the measure's neutral value: 1 for the ratio of means, 0.5 for the common-language effect size.
    """

    measure: Measure = Measure.MEAN_RATIO
    allowed_increase: float | None = None
    allowed_decrease: float | None = None
    critical_increase: float | None = None
    critical_decrease: float | None = None

    def reached(self, side: Side, effect: float, *, critical: bool) -> bool:
        """Return whether the effect is as large as its limit; an effect that is NaN is not checked."""
        neutral = 1.0 if self.measure is Measure.MEAN_RATIO else 0.5
        if side is Side.INCREASE:
            limit = self.critical_increase if critical else self.allowed_increase
            return bool(np.isnan(effect) or effect >= (neutral if limit is None else limit))
        limit = self.critical_decrease if critical else self.allowed_decrease
        return bool(np.isnan(effect) or effect <= (neutral if limit is None else limit))


@dataclass(frozen=True)
class MetricRules:
    """A metric's configuration."""

    side: Side = Side.EITHER
    replace_nan: bool = False
    remove_outliers: bool = False
    critical: bool = False
    must_have_data: bool = False
    effect: EffectLimits = EffectLimits()


@dataclass(frozen=True)
class Labelled:
    """A metric's label; `critical` when it alone fails the canary; `shift` where the ranks were compared."""

    label: Label
    critical: bool = False
    shift: Shift | None = None


def numbers(arm: Arm, *, replace_nan: bool) -> Floats:
    """Return an arm's numbers as Kayenta's fetchers leave them, shape [<= T].

    A gap in a series is simply missing; a sample that is NaN (a ratio without trials), or an arm without any sample, is
    NaN in the list, and those are dropped or replaced by 0.
    """
    listed: Floats = arm.values[arm.scraped] if arm.scraped.any() else arm.values
    missing = np.isnan(listed)
    kept: Floats = np.where(missing, 0.0, listed) if replace_nan else listed[~missing]
    return kept


def without_outliers(values: Floats) -> Floats:
    """Return the values inside both the 1st to 99th percentile and three interquartile ranges beyond the quartiles."""
    if values.size == 0:
        return values
    first, lower, upper, last = np.percentile(values, [1, 25, 75, 99])
    fence = FENCE * (upper - lower)
    kept: Floats = values[(values >= min(first, lower - fence)) & (values <= max(last, upper + fence))]
    return kept


def label(arms: Arms, rules: MetricRules, rng: np.random.Generator) -> Labelled:
    """Return a metric's label; `rng` draws the noise that two constant arms get."""
    canary, baseline = (numbers(arm, replace_nan=rules.replace_nan) for arm in (arms.canary, arms.comparison))
    if rules.remove_outliers:
        canary, baseline = without_outliers(canary), without_outliers(baseline)
    return classify(canary, baseline, rules, rng)


def classify(canary: Floats, baseline: Floats, rules: MetricRules, rng: np.random.Generator) -> Labelled:
    """Return the label of two cleaned samples, shapes [M] and [N]."""
    if canary.size == 0 or baseline.size == 0:
        return _empty(rules)
    if not (np.isfinite(canary).all() and np.isfinite(baseline).all()):
        return Labelled(Label.ERROR)
    if np.array_equal(np.sort(canary), np.sort(baseline)):
        return Labelled(Label.PASS)
    if (canary == canary[0]).all() and (baseline == baseline[0]).all():
        if canary[0] == baseline[0]:
            return Labelled(Label.PASS)
        canary, baseline = (side + rng.normal(size=side.size) * NOISE * side for side in (canary, baseline))
    try:
        with np.errstate(over="raise", invalid="raise"):
            ranks = RankSum(canary, baseline)
            shift = ranks.shift(CONFIDENCE)
    except (AllTiedError, FloatingPointError):
        return Labelled(Label.ERROR)  # no variance, or beyond what a float holds: Kayenta reports it and goes on
    return _compared(shift, _effect(canary, baseline, ranks, rules.effect.measure), rules)


def _empty(rules: MetricRules) -> Labelled:
    if rules.replace_nan:
        return Labelled(Label.PASS)
    if rules.must_have_data and not rules.critical:
        return Labelled(Label.NODATA_FAIL)
    return Labelled(Label.NODATA, critical=rules.critical)


def _effect(canary: Floats, baseline: Floats, ranks: RankSum, measure: Measure) -> float:
    """Return the effect size; NaN where a mean is 0 (or beyond what a float holds)."""
    if measure is Measure.CLES:
        return ranks.dominance()
    with np.errstate(over="ignore", invalid="ignore"):
        mean, other = float(canary.mean()), float(baseline.mean())
        return float("nan") if mean == 0 or other == 0 else float(np.float64(mean) / other)


def _compared(shift: Shift, effect: float, rules: MetricRules) -> Labelled:
    """Return High or Low when the interval clears a quarter of the estimate and the effect size is reached."""
    bound = TOLERANCE * abs(shift.estimate)
    if rules.side is not Side.DECREASE and shift.low > bound:
        found, side = Label.HIGH, Side.INCREASE
    elif rules.side is not Side.INCREASE and shift.high < -bound:
        found, side = Label.LOW, Side.DECREASE
    else:
        return Labelled(Label.PASS, shift=shift)
    if not rules.effect.reached(side, effect, critical=False):
        return Labelled(Label.PASS, shift=shift)
    return Labelled(found, critical=rules.critical and rules.effect.reached(side, effect, critical=True), shift=shift)
