"""Measure: what the change really did, held against what was predicted; the response model learns from it."""

from __future__ import annotations

import math

from controller.adapters.answer import PrometheusError
from controller.cycle.context import Context, Step
from controller.journal import event as ev


def error_ratio(predicted: float, measured: float) -> float:
    """Return |predicted - measured| relative to the larger of the two; 0 when both are 0."""
    larger = max(abs(predicted), abs(measured))
    return abs(predicted - measured) / larger if larger > 0 else 0.0


def measuring(context: Context) -> Step:
    """Return the impacts, once a promoted change was in force for the measuring window."""
    cycle, config = context.cycle, context.config
    if cycle.canary is None or not cycle.canary.kpis:
        return Step(ev.Measured(cycle=cycle.number, impacts=()))
    before: dict[str, float | None] = {}
    after: dict[str, float | None] = {}
    if cycle.outcome == "promoted":
        due = cycle.phase_since + config.canary.warmup + config.measure.window - context.now
        if due > 0:
            return Step(wait=min(due, 0.5))
        window = config.measure.window
        try:
            before = {x.kpi: x.value for x in context.ports.evidence.levels(cycle.canary.started_at, window)}
            after = {x.kpi: x.value for x in context.ports.evidence.levels(context.now, window)}
        except PrometheusError:
            if -due < config.canary.blind_deadline:
                return Step(wait=min(5.0, config.canary.look_every))
    predicted = {item.kpi: item.effect for item in cycle.predicted}
    impacts = tuple(
        ev.Impact(
            kpi=kpi.kpi,
            predicted=predicted.get(kpi.kpi),
            measured=kpi.effect,
            standard_error=kpi.standard_error,
            error_ratio=error_ratio(predicted[kpi.kpi], kpi.effect) if kpi.kpi in predicted else None,
            before=before.get(kpi.kpi),
            after=after.get(kpi.kpi),
        )
        for kpi in cycle.canary.kpis
        if math.isfinite(kpi.effect)
    )
    return Step(ev.Measured(cycle=cycle.number, impacts=impacts))
