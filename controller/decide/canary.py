"""The verdict on a canary: every KPI's evidence in, one of four endings (or undecided) with its reasons out.

* rollback: harm is proven on any KPI (Bonferroni over all of them), however small it is against the margin; where some
  harm is tolerated (a guardrail with a limit), harm beyond that;
* proceed: benefit is proven on the primary KPI AND for every guardrail harm beyond its margin is ruled out
  (intersection-union: no correction needed);
* inconclusive: the planned end is reached, or from half time the primary KPI will most likely prove nothing any more;
* blind: decided by the caller, who knows what is missing and for how long; `blindness` says what is missing.

With nothing changed, proceed and rollback together have a chance of at most `Policy.alpha`, over all looks and KPIs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.decide.mismatch import share
from controller.decide.needed import needed_history
from controller.decide.policy import Policy as Policy  # noqa: PLC0414 - the verdict's own setting
from controller.decide.trace import Flags, Trace, trace
from controller.model import KpiEvidence, Role, Verdict

EXPECTED_TRIALS = 10.0  # below it the traffic of a rarely counted KPI says nothing yet


@dataclass(frozen=True)
class KpiVerdict:
    """What one KPI says at a look; all numbers in the KPI's unit.

    Attributes:
        kpi: its name.
        role: primary or guardrail.
        effect: canary minus comparison, standing offset removed.
        margin: half width of the interval shown.
        low, high: interval of the effect, valid at all looks together.
        standard_error: of the effect at this look alone.
        harm_needed: harm that would have to be proven (exceeded) to roll back; NaN for rare counts, which count odds.
        benefit_needed: benefit that a primary KPI must exceed to proceed; NaN for rare counts.
        allowed: harm that a proceed must rule out (guardrails).
        detectable: effect that is proven with 80 % probability by the planned end.
        fraction: information so far as a share of the plan.
        noise: the canary's noise as a multiple of its history's (variance ratio, at least 1).
        rule: score, bets or still (controller/decide/trace.py).
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
    low: float
    high: float
    standard_error: float
    harm_needed: float
    benefit_needed: float
    allowed: float
    detectable: float
    fraction: float
    noise: float
    rule: str
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
        if item.history.count < (needed := needed_history(policy)):
            missing.append(f"{name}: {item.history.count} points of A/A history, {needed} needed")
        elif not item.history.weight.any():
            missing.append(f"{name}: the A/A history holds no data for both arms at once")
        if canary.expected and canary.count < policy.minimum_coverage * canary.expected:
            lag = f"; one arm is {canary.behind} points behind the other" if canary.behind > 1 else ""
            missing.append(f"{name}: only {canary.count} of {canary.expected} points have data in both arms{lag}")
        elif canary.count >= policy.minimum_harm and (usual := traffic(item)) <= policy.minimum_traffic:
            missing.append(f"{name}: only {usual:.0%} of the traffic that the A/A history had")
        elif (split := share(item.history, canary, policy)) is not None and split.off[-1]:
            missing.append(
                f"{name}: sample-ratio mismatch: the canary arm gets {split.found[-1]:.1%} of the trials, "
                f"{split.usual:.1%} in the A/A history; the arms cannot be compared"
            )
    return tuple(missing)


def traffic(item: KpiEvidence) -> float:
    """Return the canary's information per point as a share of the history's; 1 while too little is expected to tell."""
    if item.canary.trials is None:
        return 1.0
    usual = float(item.history.weight.mean()) if item.history.count else 0.0
    if usual <= 0:
        return 0.0
    if usual * item.canary.count < EXPECTED_TRIALS:
        return 1.0
    return float(item.canary.weight.mean()) / usual


def _number(value: float) -> str:
    return f"{value + 0.0:+.4g}"  # + 0.0: no -0


def _says(item: KpiEvidence, found: Trace, at: int, policy: Policy, metrics: int) -> tuple[Verdict, str]:
    """Return the verdict on one KPI at a point, and the reason."""
    effect = _number(found.effect[at])
    shown = f"effect {effect}, between {_number(found.low[at])} and {_number(found.high[at])}"
    if found.harmed[at]:
        what = f"harm beyond the tolerated {found.tolerated:.4g}" if found.tolerated else "harm"
        return Verdict.ROLLBACK, f"{what}: effect {effect}{_proof(found, at, policy.harm_alpha / metrics, 0)}"
    if item.judged.role is Role.PRIMARY:
        if found.better[at]:
            return Verdict.PROCEED, f"benefit: effect {effect}{_proof(found, at, policy.benefit_alpha, 1)}"
        return Verdict.UNDECIDED, f"{shown}, proves neither harm nor benefit"
    allowed = f"{found.margin[at]:.4g}"
    if found.safe[at]:
        return Verdict.PROCEED, f"no harm: {shown}; harm beyond {allowed} is ruled out"
    return Verdict.UNDECIDED, f"{shown}; harm beyond {allowed} is not yet ruled out"


def _proof(found: Trace, at: int, alpha: float, side: int) -> str:
    """Return what makes harm (side 0) or benefit (side 1) certain enough."""
    if found.odds is None:
        name, needed = ("harm ", found.harm_needed) if side == 0 else ("", found.benefit_needed)
        return f" is beyond the {name}boundary of {needed[at]:.4g}"
    odds = math.exp(min(float(found.odds[at, side]), 20.0))
    return f"; odds of {odds:.3g} : 1 against equal rates, {1 / alpha:.3g} : 1 are proof"


def _kpi(item: KpiEvidence, found: Trace, at: int, policy: Policy, metrics: int) -> KpiVerdict:
    """Return what one KPI says after point `at` of its trace; -1 before the first point."""
    canary, name, role = item.canary, item.judged.kpi.name, item.judged.role
    if at < 0:
        nan, inf = math.nan, math.inf
        levels = canary.mean(0), canary.mean(1)
        allowed = float(found.margin[0]) if found.margin.size else nan
        return KpiVerdict(
            name, role, nan, inf, -inf, inf, inf, inf, inf, allowed, found.detectable, 0.0, nan, found.rule,
            0, *levels, Verdict.UNDECIDED, "no points yet",
        )  # fmt: skip
    verdict, reason = _says(item, found, at, policy, metrics)
    return KpiVerdict(
        kpi=name,
        role=role,
        effect=float(found.effect[at]),
        margin=float(found.high[at] - found.low[at]) / 2,
        low=float(found.low[at]),
        high=float(found.high[at]),
        standard_error=float(found.error[at]),
        harm_needed=float(found.harm_needed[at]),
        benefit_needed=float(found.benefit_needed[at]),
        allowed=float(found.margin[at]),
        detectable=found.detectable,
        fraction=float(found.tau[at]),
        noise=float(found.noise[at]),
        rule=found.rule,
        count=int(found.count[at]),
        canary_mean=canary.mean(0),
        comparison_mean=canary.mean(1),
        verdict=verdict,
        reason=reason,
    )


def combine(evidence: tuple[KpiEvidence, ...], traces: tuple[Trace, ...], at: tuple[int, ...], policy: Policy) -> Look:
    """Return the verdict over all KPIs, each after point `at` of its trace."""
    kpis = tuple(
        _kpi(item, found, index, policy, len(evidence)) for item, found, index in zip(evidence, traces, at, strict=True)
    )
    if harmed := tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis if kpi.verdict is Verdict.ROLLBACK):
        return Look(Verdict.ROLLBACK, harmed, kpis)
    if kpis and all(kpi.verdict is Verdict.PROCEED for kpi in kpis):
        return Look(Verdict.PROCEED, tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis), kpis)
    open_reasons = tuple(f"{kpi.kpi}: {kpi.reason}" for kpi in kpis if kpi.verdict is Verdict.UNDECIDED)
    if min((max(item.canary.count, item.canary.expected) for item in evidence), default=0) >= policy.planned:
        fewest = min(item.canary.count for item in evidence)
        lacking = f" with {fewest} of {policy.planned} points" if fewest < policy.planned else ""
        return Look(Verdict.INCONCLUSIVE, (f"the planned end is reached{lacking}", *open_reasons), kpis)
    for item, found, index in zip(evidence, traces, at, strict=True):
        if item.judged.role is Role.PRIMARY and index >= 0 and futile(found, index, policy):
            chances = f"a benefit is {found.chance[index]:.0%}, and harm {found.danger[index]:.0%}"
            reason = f"futile: the chance to still prove {chances}, by the planned end"
            return Look(Verdict.INCONCLUSIVE, (reason, *open_reasons), kpis)
    return Look(Verdict.UNDECIDED, open_reasons, kpis)


def futile(found: Trace, at: int, policy: Policy) -> bool:
    """Return whether a primary KPI, from half time on, will most likely prove neither benefit nor harm."""
    return bool(hopeless(found, policy)[at])


def hopeless(found: Trace, policy: Policy) -> Flags:
    """Return at which points a primary KPI is futile, shape [G]."""
    late = 2 * found.count >= policy.planned
    likely = np.maximum(found.chance, found.danger) >= policy.futility_power
    outcome: Flags = late & ~found.better & ~likely
    return outcome


def judge(evidence: tuple[KpiEvidence, ...], policy: Policy) -> Look:
    """Return the verdict of this look. Ask `blindness` first: there must be a history, and traffic."""
    traces = tuple(trace(item, policy, len(evidence)) for item in evidence)
    return combine(evidence, traces, tuple(found.count.size - 1 for found in traces), policy)
