"""Observe and analyse: the KPIs' levels, whether an incident is open, and what both mean."""

from __future__ import annotations

from controller.adapters.answer import PrometheusError
from controller.cycle.context import Context, Step, ended, held_by_prometheus
from controller.cycle.incidents import stale
from controller.decide.analysis import analyse
from controller.journal import event as ev
from controller.model import Level


def observing(context: Context) -> Step:
    """Return the KPIs' levels, or the end of the cycle while an incident is open."""
    window = context.config.schedule.analysis_window
    try:
        if (resolved := stale(context)) is not None:
            return resolved
        firing = context.ports.evidence.firing(context.now)
        if firing or context.state.incidents:
            names_ = sorted({*firing, *(incident.alert for incident in context.state.incidents.values())})
            return ended(context.cycle, "held", f"{', '.join(names_)} fires: no change is tried during an incident")
        now = context.ports.evidence.levels(context.now, window)
        earlier = {level.kpi: level.value for level in context.ports.evidence.levels(context.now - window, window)}
    except PrometheusError as error:
        return held_by_prometheus(context, error)
    observations = tuple(
        ev.Observation(kpi=level.kpi, content=level.content, level=level.value, earlier=earlier.get(level.kpi))
        for level in now
    )
    return Step(ev.Observed(cycle=context.cycle.number, window=window, observations=observations))


def analysing(context: Context) -> Step:
    """Return the findings, or the end of the cycle when the primary KPI cannot be seen."""
    cycle = context.cycle
    now = tuple(Level(item.kpi, item.content, item.level) for item in cycle.observations)
    earlier = tuple(Level(item.kpi, item.content, item.earlier) for item in cycle.observations)
    analysis = analyse(context.config.judged, now, earlier)
    if analysis.blocked is not None:
        return ended(cycle, "held", analysis.blocked)
    return Step(ev.Analysed(cycle=cycle.number, findings=analysis.findings))
