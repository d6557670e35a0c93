"""One look at a running canary: its evidence, judged by the policy that it began with."""

from __future__ import annotations

from dataclasses import asdict, replace

from controller.adapters.answer import PrometheusError
from controller.config.config import Config
from controller.cycle.context import Context
from controller.cycle.steps import relative_information, shares_over_time
from controller.decide import canary as judge
from controller.decide.canary import Policy
from controller.journal import event as ev
from controller.journal.state_canary import CanaryState
from controller.model import KpiSample, MarginUnit, Verdict


def look(context: Context, found: CanaryState, *, expires_at: float) -> ev.CanaryLooked:
    """Return what the canary shows now, with its renewed lease; `blind` when nothing can be judged."""
    policy = policy_of(context.config, found)
    samples: tuple[KpiSample, ...] = ()
    try:
        samples = context.ports.evidence.samples(
            found.windows(context.now),
            context.state.exposures,
            found.started_at,
            context.now,
            shares_over_time(found),
        )
        samples = tuple(_as_begun(sample, found) for sample in samples)
        blind = judge.blindness(tuple(sample.evidence for sample in samples), policy)
    except PrometheusError as error:
        blind = (str(error),)
    seen = (
        judge.Look(Verdict.BLIND, blind, ())
        if blind
        else judge.judge(tuple(sample.evidence for sample in samples), policy)
    )
    return ev.CanaryLooked(
        cycle=context.cycle.number,
        look=found.looks + 1,
        verdict=seen.verdict,
        reasons=(*seen.reasons, *_changed_plan(context.config, found)),
        kpis=tuple(
            ev.KpiLook(**asdict(kpi), query=sample.query, digest=sample.digest)
            for kpi, sample in zip(seen.kpis, samples, strict=False)
        ),
        expires_at=expires_at,
    )


def _as_begun(sample: KpiSample, found: CanaryState) -> KpiSample:
    """Return the sample with the margin and the tolerated harm that were settled when the canary began."""
    judged = sample.evidence.judged
    if (margin := found.margins.get(judged.kpi.name)) is None:
        return sample
    spared = found.tolerated.get(judged.kpi.name, 0.0)
    kept = replace(judged, margin=margin, margin_unit=MarginUnit.ABSOLUTE, tolerated=spared)
    return replace(sample, evidence=replace(sample.evidence, judged=kept))


def policy_of(config: Config, found: CanaryState) -> Policy:
    """Return the policy of a canary: the plan that it began with, and the traffic that its smallest share allows."""
    policy = config.policy
    return replace(policy, planned=found.planned, minimum_traffic=policy.minimum_traffic * _thinnest(config, found))


def _thinnest(config: Config, found: CanaryState) -> float:
    """Return what a point says at the canary's smallest share so far, relative to the A/A history's; at most 1."""
    if not found.ladder or not found.steps:
        return 1.0
    return min(1.0, *(relative_information(config, judged, found.steps[0].weight) for judged in config.judged))


def _changed_plan(config: Config, found: CanaryState) -> tuple[str, ...]:
    if config.policy.planned == found.planned:
        return ()
    return (
        f"{config.policy.planned} points are configured by now; this canary keeps the {found.planned} of its start",
    )
