"""What a canary that began now could see: how precise it would be on every KPI, and how long it would have to be."""

from __future__ import annotations

from dataclasses import dataclass

from controller.config.config import Config
from controller.cycle.context import Context
from controller.cycle.steps import relative_information
from controller.decide import canary as judge
from controller.decide import power
from controller.decide.headroom import settled
from controller.decide.needed import needed_history
from controller.decide.power import Precision
from controller.duration import about
from controller.model import JudgedKpi, KpiEvidence, KpiSample, Role
from exporter.seconds import DAY

LONGEST = 7 * DAY  # of the longest canary that a refusal speaks of


@dataclass(frozen=True)
class Sight:
    """What a canary would see.

    Attributes:
        precision: by KPI.
        rails: the guardrails as the canary would judge them: margins in the KPI's unit, tolerated harm.
    """

    precision: dict[str, Precision]
    rails: tuple[JudgedKpi, ...]

    @property
    def detectable(self) -> dict[str, float]:
        """The effect that is proven with 80 % probability, by KPI, in its unit."""
        return {name: found.error * (found.needed + power.Z_POWER) for name, found in self.precision.items()}


def sight(context: Context) -> Sight | str:
    """Return what a canary would see, or why it must not begin. Raises PrometheusError."""
    config = context.config
    samples = context.ports.evidence.samples((), context.state.exposures, context.now, context.now)
    evidence = tuple(sample.evidence for sample in samples)
    if missing := judge.blindness(evidence, config.policy):
        return "; ".join((*missing, *_patience(context, samples)))
    rails = (settled(item.judged, item.history) for item in evidence if item.judged.role is Role.GUARDRAIL)
    return Sight({item.judged.kpi.name: _precision(config, item, len(evidence)) for item in evidence}, tuple(rails))


def enough(context: Context, hoped: float) -> str:
    """Return in words how long a canary would do to see an effect on the primary KPI. Raises PrometheusError."""
    config = context.config
    step = config.prometheus.scrape_interval
    samples = context.ports.evidence.samples((), context.state.exposures, context.now, context.now)
    found = samples[0].evidence
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
        return f"no canary of up to {LONGEST / DAY:g} days would do with {found.history.count} points of A/A history"
    return f"about {points * step:.0f} s would do (canary.duration)"


def _precision(config: Config, evidence: KpiEvidence, metrics: int) -> Precision:
    plan = power.Plan(config.policy.planned, _information(config, evidence))
    return power.precision(evidence.judged, evidence.history, config.policy, metrics, plan)


def _information(config: Config, evidence: KpiEvidence) -> float:
    """Return what a point says on the average of the canary's steps, relative to the A/A history."""
    said = [relative_information(config, evidence.judged, share) for share in config.canary.steps]
    return sum(said) / len(said) if said else 1.0


def _patience(context: Context, samples: tuple[KpiSample, ...]) -> tuple[str, ...]:
    """Return for how long the arms must still be scraped until there is enough A/A history."""
    lacking = needed_history(context.config.policy) - min(sample.evidence.history.count for sample in samples)
    seconds = lacking * context.config.prometheus.scrape_interval
    return (f"enough in about {about(seconds)} of scrapes",) if lacking > 0 else ()
