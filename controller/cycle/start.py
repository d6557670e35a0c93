"""A canary's start: not while something holds it, and only when it can see the effect that is hoped for."""

from __future__ import annotations

from controller.adapters.answer import PrometheusError
from controller.config import Config
from controller.cycle.context import Context, Step, ended, held_by_prometheus
from controller.cycle.live import canary_live, configured_weights, shares
from controller.cycle.steps import relative_information
from controller.decide import canary as judge
from controller.decide import power
from controller.journal import event as ev
from controller.model import KpiEvidence, KpiSample

LONGEST = 7 * 86400.0  # seconds of the longest canary that a refusal speaks of


def holds(context: Context) -> tuple[str, ...]:
    """Return why a canary must not run now."""
    incidents = tuple(f"{incident.alert} fires: {incident.summary}" for incident in context.state.incidents.values())
    paused = () if context.state.paused is None else (f"paused by an operator: {context.state.paused}",)
    return incidents + paused


def leased(context: Context) -> float:
    """Return until when a canary may run that is started, looked at or resumed now."""
    return context.now + context.config.canary.lease


def start(context: Context) -> Step:
    """Return the canary's start, the end of the cycle when it must not or need not begin, or a wait for Prometheus."""
    cycle, config = context.cycle, context.config
    if reasons := holds(context):
        return ended(cycle, "held", "; ".join(reasons))
    try:
        samples = context.ports.evidence.samples((), context.state.exposures, context.now, context.now)
    except PrometheusError as error:
        return held_by_prometheus(context, error)
    if missing := judge.blindness(tuple(sample.evidence for sample in samples), config.policy):
        return ended(cycle, "refused", "; ".join((*missing, *_patience(context, samples))))
    detectable = {
        sample.evidence.judged.kpi.name: _detectable(config, sample.evidence, len(samples)) for sample in samples
    }
    for predicted in cycle.predicted:
        hoped = max(abs(predicted.effect), abs(predicted.low), abs(predicted.high))
        if (needed := detectable.get(predicted.kpi)) is not None and hoped < needed:
            return ended(
                cycle,
                "refused",
                f"a canary of {config.canary.duration:g} s detects an effect of {needed:.3g} on {predicted.kpi}, but "
                f"at most {hoped:.3g} is expected; {_enough(config, samples, predicted.kpi, hoped)}",
            )
    return _begin(context, detectable)


def _enough(config: Config, samples: tuple[KpiSample, ...], kpi: str, hoped: float) -> str:
    """Return in words how long a canary would do."""
    step = config.prometheus.scrape_interval
    found = next(sample.evidence for sample in samples if sample.evidence.judged.kpi.name == kpi)
    points = None
    if hoped > 0:
        points = power.points_needed(
            found.judged,
            found.history,
            config.policy,
            len(samples),
            effect=hoped,
            most=max(config.policy.planned, round(LONGEST / step)),
            information=_information(config, found),
        )
    if points is None:
        return f"no canary of up to {LONGEST / 86400:g} days would do with {found.history.count} points of A/A history"
    return f"about {points * step:.0f} s would do (canary.duration)"


def _information(config: Config, evidence: KpiEvidence) -> float:
    """Return what a point says on the average of the canary's steps, relative to the A/A history."""
    said = [relative_information(config, evidence.judged, share) for share in config.canary.steps]
    return sum(said) / len(said) if said else 1.0


def _detectable(config: Config, evidence: KpiEvidence, metrics: int) -> float:
    """Return the smallest effect that the planned canary proves with 80 % probability, in the KPI's unit."""
    plan = power.Plan(config.policy.planned, _information(config, evidence))
    return power.detectable(evidence.judged, evidence.history, config.policy, metrics, plan)


def _begin(context: Context, detectable: dict[str, float]) -> Step:
    config, name = context.config, f"cycle-{context.cycle.number}"
    ladder = config.canary.steps
    weights = shares(ladder[0]) if ladder else configured_weights(config)
    return Step(
        ev.CanaryStarted(
            cycle=context.cycle.number,
            canary=name,
            version=canary_live(config, context.state, name, weights).version,
            planned=config.policy.planned,
            expires_at=leased(context),
            detectable=detectable,
            weights=weights,
            ladder=ladder,
        )
    )


def _patience(context: Context, samples: tuple[KpiSample, ...]) -> tuple[str, ...]:
    """Return for how long the arms must still be scraped until there is enough A/A history."""
    lacking = context.config.policy.minimum_history - min(sample.evidence.history.count for sample in samples)
    seconds = lacking * context.config.prometheus.scrape_interval
    time = f"{seconds:.0f} s" if seconds < 2 * 60 else f"{seconds / 60:.0f} min"
    return (f"enough in about {time} of scrapes",) if lacking > 0 else ()
