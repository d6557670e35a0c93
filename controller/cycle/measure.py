"""Measure: what the change really did, held against what was predicted; the response model learns from it."""

from __future__ import annotations

import math

from controller.adapters.answer import PrometheusError
from controller.cycle.context import Context, Step, waiting
from controller.journal import event as ev
from controller.journal.held import held
from controller.journal.state import Effect


def measuring(context: Context) -> Step:
    """Return the impacts, once a promoted change was in force for the measuring window.

    The change is live, so levels that cannot be read within `schedule.timeouts.measuring` after the window do not fail
    the cycle: it ends with what the canary measured.
    """
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
        except PrometheusError as error:
            left = due + config.schedule.timeouts.measuring
            if left > 0:
                return waiting(context, str(error), context.now + left)
    predicted = {item.kpi: item for item in cycle.predicted}
    impacts = tuple(
        _impact(kpi, predicted.get(kpi.kpi), before.get(kpi.kpi), after.get(kpi.kpi))
        for kpi in cycle.canary.kpis
        if math.isfinite(kpi.effect)
    )
    return Step(ev.Measured(cycle=cycle.number, impacts=impacts))


def _impact(kpi: ev.KpiLook, predicted: ev.Predicted | None, before: float | None, after: float | None) -> ev.Impact:
    """Return what a canary did to a KPI, beside what was predicted when anything was."""
    bare = ev.Impact(
        kpi=kpi.kpi,
        predicted=None,
        measured=kpi.effect,
        standard_error=kpi.standard_error,
        error_ratio=None,
        before=before,
        after=after,
    )
    if predicted is None:
        return bare
    pair = held(predicted, Effect(kpi.effect, kpi.standard_error))
    return bare.model_copy(
        update={
            "predicted": predicted.effect,
            "error_ratio": pair.error_ratio,
            "low": predicted.low,
            "high": predicted.high,
            "held": pair.covered if pair.known else None,
        }
    )
