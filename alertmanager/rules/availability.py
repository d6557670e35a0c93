"""Availability: somebody answers scrapes, and what they answer can be judged.

Absent data must page: every other alert is silent when its input is gone.
"""

from __future__ import annotations

import math

from alertmanager.condition import UP, no_data, over
from alertmanager.rule import MISSING, Alert, Case, Cycle, Record, Rising, Samples, Series, Severity, Team
from exporter import names
from exporter.catalog import CATALOG
from exporter.catalog.planner import ENTROPY_KPI, SELECTION_ENTROPY
from exporter.catalog.plays import COMPLETION_KPI, PLAYS
from exporter.metric import GaugeReading, Kpi, RatioReading, Selector, ShareAboveReading
from exporter.promql import select
from exporter.seconds import MINUTE
from exporter.timing import Timing

_JUDGED = tuple(kpi for kpi in CATALOG.kpis if kpi.judged)
_ENTROPY = ((names.KPI, ENTROPY_KPI.name),)
_COMPLETION = ((names.KPI, COMPLETION_KPI.name),)


def _down(job: str, timing: Timing) -> str:
    return f"absent(({over('max_over_time', Selector(UP, (('job', job),)), timing, 2 * MINUTE)}) == 1)"


def _up(job: str) -> str:
    return f'{UP}{{instance="x",job="{job}"}}'


def _no_data(timing: Timing) -> str:
    return " or ".join(no_data(kpi, timing, 5 * MINUTE, job=names.JOB_SERVICE) for kpi in _JUDGED)


def _healthy(kpi: Kpi) -> tuple[Series, ...]:
    """Return input on which a KPI can be judged."""
    if isinstance(kpi.reading, GaugeReading):
        return (Series(select(kpi.reading.selector), 0.5),)
    if isinstance(kpi.reading, RatioReading):
        return (Series(select(kpi.reading.events), Rising(90)), Series(select(kpi.reading.trials), Rising(120)))
    if isinstance(kpi.reading, ShareAboveReading):
        below = select(kpi.reading.histogram, ((names.LE, kpi.reading.bound),), "_bucket")
        return (Series(below, Rising(90)), Series(select(kpi.reading.histogram, suffix="_count"), Rising(120)))
    return (
        Series(select(kpi.reading.histogram, suffix="_sum"), Rising(90)),
        Series(select(kpi.reading.histogram, suffix="_count"), Rising(120)),
    )


_HEALTHY = tuple({series.name: series for kpi in _JUDGED for series in _healthy(kpi)}.values())


def _with(up: float, **samples: Samples) -> tuple[Series, ...]:
    """Return healthy input with the samples of some metrics replaced."""
    replaced = (Series(s.name, samples.get(s.name.partition("{")[0], s.samples)) for s in _HEALTHY)
    return (Series(_up(names.JOB_SERVICE), up), *replaced)


def _absent(name: str, job: str, summary: str, action: str) -> Alert:
    return Alert(
        name=name,
        expr=lambda timing: _down(job, timing),
        severity=Severity.CRITICAL,
        team=Team.PLATFORM if job == names.JOB_SERVICE else Team.AUTOPILOT,
        service=job,
        component="availability",
        window=2 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=0,
        summary=summary,
        description=f"No target of job {job} has answered a scrape lately.",
        action=action,
        fires=Case("no target", (Series(_up(job), MISSING),), ""),
        silent=Case("a target that answers", (Series(_up(job), 1.0),)),
        also=(
            Case("a target that does not answer", (Series(_up(job), 0.0),), ""),
            Case("a scrape missed now and then", (Series(_up(job), Cycle((1.0, 1.0, 0.0))),)),
        ),
    )


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    _absent(
        "ServiceAbsent",
        names.JOB_SERVICE,
        "The piloted service does not answer scrapes",
        "Look whether the service runs and its port is right; the controller holds while it is blind.",
    ),
    _absent(
        "ControllerAbsent",
        names.JOB_CONTROLLER,
        "The controller does not answer scrapes",
        "Restart the controller; a running canary falls back to control by itself when it expires.",
    ),
    Alert(
        name="KpiDataAbsent",
        expr=_no_data,
        severity=Severity.WARNING,
        team=Team.PLATFORM,
        service=names.JOB_SERVICE,
        component="availability",
        window=5 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=0,
        summary="The service answers scrapes, but a KPI has no data",
        description="{{ $labels.kpi }} has no sample, or only NaN; no canary can be judged by it.",
        action="Query the metric of the KPI: is it exposed, and does it move? Without traffic a ratio has no value.",
        fires=Case("no entropy", _with(1.0, **{SELECTION_ENTROPY.name: MISSING}), "", _ENTROPY),
        silent=Case("data for every KPI", _with(1.0)),
        also=(
            Case("entropy that is NaN only", _with(1.0, **{SELECTION_ENTROPY.name: math.nan}), "", _ENTROPY),
            Case("plays that have stopped", _with(1.0, **{PLAYS.name: Rising(0)}), "", _COMPLETION),
            Case("a service that is down", _with(0.0, **{SELECTION_ENTROPY.name: MISSING})),
        ),
    ),
)
