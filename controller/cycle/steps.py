"""Progressive weights: when the canary arm may get its next share of the units.

The planned exposure is divided into equal parts, one for each share. A share is raised when

* the canary was exposed at the present share for its whole part, warm-ups and pauses not counted;
* it was looked at since the share was raised, and is not blind;
* no KPI is near harm: each has an effect, and its harm is at most half of what a rollback takes.

So a step that is held up makes the later ones later, and the canary may end before it has had its largest share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from controller.config.config import Config
from controller.cycle.context import Context, Step
from controller.cycle.live import canary_live, configured_weights, shares
from controller.decide import power
from controller.journal import event as ev
from controller.journal.event import KpiLook
from controller.journal.state_canary import CanaryState
from controller.model import JudgedKpi, Verdict
from exporter import names
from exporter.metric import Direction

NEAR = 0.5  # share of the harm boundary from which on harm is near


def step_up(context: Context, found: CanaryState) -> Step | None:
    """Return the step to the canary's next share, None while it is not due or must not be."""
    number = len(found.steps)
    if not 0 < number < len(found.ladder) or not _full(context, found) or not _seen_safe(context, found):
        return None
    weight = found.ladder[number]
    version = canary_live(context.config, context.state, found.id, shares(weight)).version
    return Step(ev.CanaryStepped(cycle=context.cycle.number, step=number + 1, weight=weight, version=version))


def _full(context: Context, found: CanaryState) -> bool:
    """Whether the present share has had its part of the planned exposure."""
    since, settings = found.steps[-1].at, context.config.canary
    part = found.planned * context.config.prometheus.scrape_interval / len(found.ladder)
    windows = (window for window in found.windows(context.now) if window.start >= since)
    return sum(max(0.0, window.seconds - settings.warmup) for window in windows) >= part


def _seen_safe(context: Context, found: CanaryState) -> bool:
    """Whether the last look, made at the present share, saw every KPI far from harm."""
    if found.verdict != Verdict.UNDECIDED or found.last_look_at <= found.steps[-1].at:
        return False
    looks = {kpi.kpi: kpi for kpi in found.kpis}
    return all(far_from_harm(judged, looks.get(judged.kpi.name)) for judged in context.config.judged)


def relative_information(config: Config, judged: JudgedKpi, weight: float) -> float:
    """Return what a point says of a KPI at a canary's share `weight`, relative to the shares of the A/A history."""

    def said(weights: Mapping[str, float]) -> float:
        return power.said(weights[names.CANARY], sum(weights[arm] for arm in judged.kpi.comparison))

    return said(shares(weight)) / said(configured_weights(config))


def shares_over_time(found: CanaryState) -> tuple[tuple[float, Mapping[str, float]], ...]:
    """Return since when (unix seconds) which arms had which shares, oldest first; nothing without steps."""
    return tuple((step.at, shares(step.weight)) for step in found.steps) if found.ladder else ()


def far_from_harm(judged: JudgedKpi, look: KpiLook | None) -> bool:
    """Whether a KPI's harm is known, and at most half of what a rollback takes; for a band, beyond its margin.

    Rare counts are judged by odds and have no boundary of harm: half the width of their interval stands for it.
    """
    if look is None:
        return False
    needed = look.margin if math.isnan(look.harm_needed) else look.harm_needed
    if not math.isfinite(look.effect) or not math.isfinite(needed):
        return False
    harm = {
        Direction.HIGHER: -look.effect,
        Direction.LOWER: look.effect,
        Direction.BAND: abs(look.effect) - judged.margin,
    }[judged.kpi.direction]
    return harm <= NEAR * needed
