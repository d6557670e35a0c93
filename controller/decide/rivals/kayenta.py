"""Kayenta's canary analysis (judge NetflixACAJudge-v1.0, 2025): a rebuild from its description.

Per metric a rank-sum interval for the shift at 98 % confidence must clear a quarter of the estimated shift (so there is
no practical margin); the score is the share of metrics that pass. Points are taken to be independent, each metric is
tested at its own 2 %, and the growing mode looks again and again at the same error rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from controller.decide.case import Case, MetricCase, MetricOutcome, Outcome
from controller.decide.rivals import answer, series
from controller.decide.rivals.kayenta_metric import EffectLimits, Labelled, MetricRules, Side, label
from controller.decide.rivals.kayenta_score import Scored, score
from controller.model import Verdict
from exporter.metric import Direction

SIDES = {Direction.HIGHER: Side.DECREASE, Direction.LOWER: Side.INCREASE, Direction.BAND: Side.EITHER}


@dataclass(frozen=True)
class KayentaSettings:
    """Settings of a canary configuration and its request; names in the sets and mappings are metrics.

    Attributes:
        pass_score: score from which a canary passes.
        marginal_score: score from which it is marginal; in the growing mode it stops at this score and below.
        interval: points between looks at the growing window; None: one look, at the planned end.
        either: check each metric for changes in both directions (Kayenta's default), so that a benefit fails as well;
            otherwise for the change that its direction calls bad, which is what people configure.
        replace_nan: replace NaN by 0 instead of removing it.
        remove_outliers: remove outliers per arm first.
        effect: effect sizes that must be reached.
        critical: metrics whose failure fails the canary.
        must_have_data: metrics that fail when they have no data.
        muted: metrics that do not count.
        groups: group per metric; the others share one group.
        weights: per cent per group.
        seed: of the noise that two constant arms get.
    """

    pass_score: float = 95.0
    marginal_score: float = 75.0
    interval: int | None = None
    either: bool = False
    replace_nan: bool = False
    remove_outliers: bool = False
    effect: EffectLimits = field(default_factory=EffectLimits)
    critical: frozenset[str] = frozenset()
    must_have_data: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.interval is not None and self.interval < 1:
            raise ValueError(f"interval is {self.interval} points; it must be at least 1, or None for a single look")

    def rules(self, metric: MetricCase) -> MetricRules:
        """Return what the configuration says of one metric."""
        return MetricRules(
            side=Side.EITHER if self.either else SIDES[metric.direction],
            replace_nan=self.replace_nan,
            remove_outliers=self.remove_outliers,
            critical=metric.name in self.critical,
            must_have_data=metric.name in self.must_have_data,
            effect=self.effect,
        )


@dataclass(frozen=True)
class Kayenta:
    """The judge."""

    settings: KayentaSettings = KayentaSettings()

    def __call__(self, case: Case) -> Outcome:
        """Judge a case: once at its planned end, or at every interval until the score is marginal or worse."""
        points = min(series.length(case), case.planned)
        if self.settings.interval is None or not case.metrics:
            return answer.missing(case, points) or self._look(case, case.planned)
        for look in range(self.settings.interval, min(points, case.planned - 1) + 1, self.settings.interval):
            outcome = self._look(case, look)
            if outcome.verdict is Verdict.ROLLBACK:
                return outcome
        return answer.missing(case, points) or self._look(case, case.planned)

    def _look(self, case: Case, points: int) -> Outcome:
        """Return the verdict on the first `points` points."""
        rng = np.random.default_rng(self.settings.seed)
        found = [label(series.arms(metric, points), self.settings.rules(metric), rng) for metric in case.metrics]
        total = score(tuple(map(self._scored, case.metrics, found)), self.settings.weights)
        verdict = self._verdict(total, last=points == case.planned)
        reasons = (f"score {total:.2f}: {verdict}", *map(_reason, case.metrics, found))
        return Outcome(
            case.id,
            verdict,
            points - 1,
            reasons,
            tuple(_numbers(m, f, points) for m, f in zip(case.metrics, found, strict=True)),
        )

    def _scored(self, metric: MetricCase, found: Labelled) -> Scored:
        group = self.settings.groups.get(metric.name, "")
        return Scored(found.label, found.critical, group, muted=metric.name in self.settings.muted)

    def _verdict(self, total: float, *, last: bool) -> Verdict:
        """Return what a score means; in the growing mode the marginal score itself stops."""
        growing = self.settings.interval is not None
        stops = total <= self.settings.marginal_score if growing else total < self.settings.marginal_score
        if last and total >= self.settings.pass_score:
            return Verdict.PROCEED
        if stops:
            return Verdict.ROLLBACK
        return Verdict.INCONCLUSIVE if last else Verdict.UNDECIDED


def _reason(metric: MetricCase, found: Labelled) -> str:
    critical = " (critical)" if found.critical else ""
    if found.shift is None:
        return f"{metric.name}: {found.label}{critical}"
    shift = found.shift
    return f"{metric.name}: {found.label}{critical}, shift {shift.estimate:.4g} in {shift.low:.4g} .. {shift.high:.4g}"


def _numbers(metric: MetricCase, found: Labelled, points: int) -> MetricOutcome:
    plain = MetricOutcome(metric.name, n=points)
    if found.shift is None:
        return plain
    return replace(plain, estimate=found.shift.estimate, low=found.shift.low, high=found.shift.high)
