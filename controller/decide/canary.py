"""The verdict on a canary: every KPI's evidence in, one of four endings (or undecided) with its reasons out.

* rollback: one-sided harm on any KPI, Bonferroni over all of them; from `minimum_harm` points;
* proceed: benefit on the primary KPI at one-sided 2.5 % AND every guardrail's harm below its margin at 5 %
  (intersection-union: no correction needed); from `minimum_proceed` points;
* inconclusive: the planned end is reached, or from half time the chance to still prove a benefit is below 10 %;
* blind: decided by the caller, who knows what is missing and for how long; `blindness` says what is missing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from controller.decide import gauge
from controller.decide.gauge import Estimate
from controller.model import JudgedKpi, KpiEvidence, Role, Verdict
from exporter.metric import Direction

EXPECTED_TRIALS = 10.0  # below it the traffic of a rarely counted KPI says nothing yet


@dataclass(frozen=True)
class Policy:
    """How strict a verdict is.

    Attributes:
        alpha: chance of a false rollback over all looks and KPIs together.
        proceed_alpha: one-sided chance of a false proceed.
        planned: points at the planned end.
        minimum_harm: points before a rollback.
        minimum_proceed: points before a proceed.
        minimum_history: A/A points without which no canary is judged.
        futility_power: below this chance of still succeeding, from half time, the canary ends as inconclusive.
        minimum_coverage: share of the grid's points that both arms must have.
        minimum_traffic: share of the history's trials per point below which a canary sees too little to judge.
    """

    alpha: float = 0.05
    proceed_alpha: float = 0.025
    planned: int = 240
    minimum_harm: int = 20
    minimum_proceed: int = 60
    minimum_history: int = 960
    futility_power: float = 0.1
    minimum_coverage: float = 0.5
    minimum_traffic: float = 0.25


@dataclass(frozen=True)
class KpiVerdict:
    """What one KPI says at a look; all numbers in the KPI's unit.

    Attributes:
        kpi: its name.
        role: primary or guardrail.
        effect: canary minus comparison.
        margin: half width of the interval shown, valid at every look; an effect on the primary KPI that exceeds it for
            the better is enough to proceed.
        standard_error: of the effect at this look alone.
        harm_needed: harm that would have to be proven (exceeded) to roll back.
        count: points so far.
        canary_mean: level of the canary arm.
        comparison_mean: level of the comparison arm.
        verdict: proceed (helps, or does no harm), rollback, or undecided.
        reason: in words, with numbers.
    """

    kpi: str
    role: str
    effect: float
    margin: float
    standard_error: float
    harm_needed: float
    count: int
    canary_mean: float
    comparison_mean: float
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Look:
    """The verdict of one look, over all KPIs."""

    verdict: Verdict
    reasons: tuple[str, ...]
    kpis: tuple[KpiVerdict, ...]


def blindness(evidence: tuple[KpiEvidence, ...], policy: Policy) -> tuple[str, ...]:
    """Return what is missing to judge at all, in words; nothing when every KPI can be seen."""
    missing = []
    for item in evidence:
        name, canary = item.judged.kpi.name, item.canary
        if item.history.count < policy.minimum_history:
            missing.append(f"{name}: {item.history.count} points of A/A history, {policy.minimum_history} needed")
        if canary.expected and canary.count < policy.minimum_coverage * canary.expected:
            missing.append(f"{name}: only {canary.count} of {canary.expected} points have data in both arms")
        elif canary.count >= policy.minimum_harm and (share := _traffic(item)) <= policy.minimum_traffic:
            missing.append(f"{name}: only {share:.0%} of the traffic that the A/A history had")
    return tuple(missing)


def _traffic(item: KpiEvidence) -> float:
    """Return the canary's trials as a share of the history's; 1 while too few are expected to tell."""
    usual = item.history.information
    if usual <= 0:
        return 0.0
    if usual < 0.5 and usual * item.canary.count < EXPECTED_TRIALS:  # noqa: PLR2004 - a gauge has 0.5
        return 1.0
    return item.canary.information / usual


def _harm(judged: JudgedKpi, effect: float) -> float:
    """Return the harm in an effect; for a band, movement either way beyond the margin counts as harm."""
    if judged.kpi.direction is Direction.BAND:
        return abs(effect) - judged.margin
    return -effect if judged.kpi.direction is Direction.HIGHER else effect


def _number(value: float) -> str:
    return f"{value:+.4g}"


def _judge(item: KpiEvidence, policy: Policy, metrics: int) -> tuple[KpiVerdict, Estimate]:
    judged = item.judged
    estimate = gauge.look(item.canary.difference, item.history.difference, policy.planned)
    harm, harm_needed = _harm(judged, estimate.effect), estimate.margin(policy.alpha / metrics, tuned_for=20)
    shown = estimate.margin(policy.proceed_alpha)
    verdict, reason = (
        Verdict.UNDECIDED,
        f"effect {_number(estimate.effect)} +- {shown:.4g} shows neither harm nor enough",
    )
    if estimate.count >= policy.minimum_harm and harm > harm_needed:
        verdict = Verdict.ROLLBACK
        reason = f"harm: effect {_number(estimate.effect)} is beyond the harm boundary of {harm_needed:.4g}"
    elif estimate.count >= policy.minimum_proceed:
        if judged.role is Role.PRIMARY and -harm > (needed := estimate.margin(policy.proceed_alpha)):
            verdict = Verdict.PROCEED
            reason = f"benefit: effect {_number(estimate.effect)} is beyond the boundary of {needed:.4g}"
        elif judged.role is Role.GUARDRAIL:
            allowed = 0.0 if judged.kpi.direction is Direction.BAND else judged.margin
            worst = harm + estimate.margin(policy.alpha)
            if worst < allowed:
                verdict = Verdict.PROCEED
                most = max(0.0, worst + judged.margin - allowed)
                reason = f"no harm: {_number(estimate.effect)}, harm at most {most:.4g} of {judged.margin:.4g} allowed"
    return (
        KpiVerdict(
            kpi=judged.kpi.name,
            role=judged.role,
            effect=estimate.effect,
            margin=shown,
            standard_error=estimate.standard_error,
            harm_needed=harm_needed,
            count=estimate.count,
            canary_mean=item.canary.canary_mean,
            comparison_mean=item.canary.comparison_mean,
            verdict=verdict,
            reason=reason,
        ),
        estimate,
    )


def _waiting(item: KpiEvidence) -> KpiVerdict:
    return KpiVerdict(
        kpi=item.judged.kpi.name,
        role=item.judged.role,
        effect=math.nan,
        margin=math.inf,
        standard_error=math.inf,
        harm_needed=math.inf,
        count=item.canary.count,
        canary_mean=item.canary.canary_mean,
        comparison_mean=item.canary.comparison_mean,
        verdict=Verdict.UNDECIDED,
        reason="no points yet",
    )


def judge(evidence: tuple[KpiEvidence, ...], policy: Policy) -> Look:
    """Return the verdict of this look. Needs a history of at least 2 points per KPI: ask `blindness` first."""
    judged, primary_estimate, primary_direction = [], None, 1.0
    for item in evidence:
        if item.canary.count == 0:
            judged.append(_waiting(item))
            continue
        kpi, estimate = _judge(item, policy, len(evidence))
        judged.append(kpi)
        if item.judged.role is Role.PRIMARY:
            primary_estimate = estimate
            primary_direction = 1.0 if item.judged.kpi.direction is Direction.HIGHER else -1.0
    kpis = tuple(judged)
    if harmed := tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis if kpi.verdict is Verdict.ROLLBACK):
        return Look(Verdict.ROLLBACK, harmed, kpis)
    if kpis and all(kpi.verdict is Verdict.PROCEED for kpi in kpis):
        return Look(Verdict.PROCEED, tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis), kpis)
    count = min((kpi.count for kpi in kpis), default=0)
    open_reasons = tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis if kpi.verdict is Verdict.UNDECIDED)
    if count >= policy.planned:
        return Look(Verdict.INCONCLUSIVE, ("the planned end is reached", *open_reasons), kpis)
    if primary_estimate is not None and 2 * primary_estimate.count >= policy.planned:
        proven = any(kpi.role == Role.PRIMARY and kpi.verdict is Verdict.PROCEED for kpi in kpis)
        power = primary_estimate.conditional_power(policy.proceed_alpha, primary_direction)
        if not proven and power < policy.futility_power:
            reason = f"futile: the chance to still prove a benefit by the planned end is {power:.0%}"
            return Look(Verdict.INCONCLUSIVE, (reason, *open_reasons), kpis)
    return Look(Verdict.UNDECIDED, open_reasons, kpis)
