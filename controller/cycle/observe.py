"""Observe and analyse: the KPIs' levels and course, whether an incident is open, and what all of it means."""

from __future__ import annotations

from controller.adapters.answer import PrometheusError, RejectedError
from controller.config.config import Config
from controller.cycle.context import Context, Step, ended, held_by_prometheus
from controller.cycle.incidents import stale
from controller.decide.analysis.analyse import analyse
from controller.decide.analysis.finding import Finding
from controller.decide.analysis.level import Aims
from controller.journal import event as ev
from controller.model import KpiCourse, Level


def observing(context: Context) -> Step:
    """Return the KPIs' levels, or the end of the cycle while an incident is open."""
    window = context.config.schedule.analysis_window
    try:
        if (resolved := stale(context)) is not None:
            return resolved
        firing = context.ports.evidence.firing(context.now)
        if firing or context.state.incidents:
            alerts = sorted({*firing, *(incident.alert for incident in context.state.incidents.values())})
            return ended(context.cycle, "held", f"{', '.join(alerts)} fires: no change is tried during an incident")
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
    """Return the findings, or the end of the cycle when the primary KPI cannot be seen.

    The levels of the window are known by now. Where their course cannot be read before the deadline for blind phases,
    the findings rest on the levels alone, and say so.
    """
    cycle, window = context.cycle, context.config.schedule.analysis_window
    courses: tuple[KpiCourse, ...] = ()
    unread: tuple[str, ...] = ()
    try:
        courses = context.ports.evidence.courses(cycle.phase_since, window)
    except PrometheusError as error:
        late = context.now - cycle.phase_since > context.config.canary.blind_deadline
        if not late and not isinstance(error, RejectedError):
            return held_by_prometheus(context, error)
        unread = (f"how the KPIs went cannot be read, levels alone: {error}",)
    now = tuple(Level(item.kpi, item.content, item.level) for item in cycle.observations)
    earlier = tuple(Level(item.kpi, item.content, item.earlier) for item in cycle.observations)
    analysis = analyse(context.config.judged, now, earlier, courses, aims(context.config))
    if analysis.blocked is not None:
        return ended(cycle, "held", analysis.blocked)
    return Step(
        ev.Analysed(
            cycle=cycle.number,
            findings=(*analysis.texts, *unread),
            details=tuple(found(item) for item in analysis.findings),
        )
    )


def aims(config: Config) -> Aims:
    """Return what a configuration wants of the levels."""
    return Aims(config.kpis.goal, {term.kpi: term.band for term in config.terms if term.band is not None})


def found(item: Finding) -> ev.Found:
    """Return a finding as the journal keeps it."""
    return ev.Found(
        kpi=item.kpi,
        kind=item.kind.value,
        text=item.text,
        confidence=item.confidence,
        value=item.value,
        low=item.low,
        high=item.high,
    )
