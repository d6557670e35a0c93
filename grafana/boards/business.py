"""Business Logic Overview: is the service doing its job, arm by arm?"""

from __future__ import annotations

from exporter import names
from exporter.catalog.curator import BUDGET_KPI, CURATOR_REVIEWS
from exporter.catalog.hd_detection import HD_DETECTION_DURATION, SLOW_RATE_KPI
from exporter.catalog.llm import LLM_BREAKER_STATE, LLM_DURATION, LLM_REQUESTS, SUCCESS_KPI
from exporter.catalog.planner import (
    CANARY_EXPIRED,
    ENTROPY_KPI,
    NOVELTY_KPI,
    PARAMETER_FILE_ERRORS,
    PARAMETER_VALUE,
    SELECTION_DURATION,
    SELECTIONS,
)
from exporter.catalog.plays import COMPLETION_KPI, PLAYS
from exporter.metric import Metric
from grafana.board import Board, Link, Panel, Query, Row
from grafana.boards._events import EVENTS
from grafana.display import ALERT_STATES, GREEN, PER_SECOND, RED, UNITS, YELLOW, State, band_steps, states
from grafana.panel import (
    FULL,
    HALF,
    THIRD,
    kpi_timeseries,
    stat,
    state_timeline,
    text,
    timeseries,
)
from grafana.query import alert_states, grouped, increase, kpi_level, quantile, rate, state_code

_AUTOPILOT = Link("Autopilot Health", names.DASHBOARD_AUTOPILOT)
_BREAKER = states(
    LLM_BREAKER_STATE.values[names.STATE],
    {"closed": GREEN, "half_open": YELLOW, "open": RED},
)
_EXPIRED = (State(0, "in force", GREEN), State(1, "expired", RED))
_TAIL = 0.99
_ABOUT = """What viewers get, per arm: `canary` and `baseline` have a fifth of the traffic each, `control` the rest.
While no canary runs all three have the same parameters, so the distance between their lines is noise.
Dashed lines are the edges of a KPI's band; an alert stands behind each. Marks: green a promotion, orange a canary
rolled back, purple a change by hand, yellow a pause of the autopilot, blue its end, red alerts. Click a KPI for what
the autopilot makes of it."""


def _latency(title: str, metric: Metric, *, size: tuple[int, int]) -> Panel:
    queries = [
        Query(quantile(metric, share), f"p{round(share * 100)}", exemplar=share == _TAIL)
        for share in (0.5, 0.95, _TAIL)
    ]
    return timeseries(title, metric.help, *queries, unit=UNITS[metric.unit], size=size, minimum=0)


_OVERVIEW = Row(
    "Overview",
    (
        stat(
            COMPLETION_KPI.title,
            COMPLETION_KPI.help,
            Query(kpi_level(COMPLETION_KPI)),
            unit=UNITS[COMPLETION_KPI.unit],
            link=_AUTOPILOT,
        ),
        stat(
            ENTROPY_KPI.title,
            ENTROPY_KPI.help,
            Query(kpi_level(ENTROPY_KPI)),
            unit=UNITS[ENTROPY_KPI.unit],
            steps=band_steps(ENTROPY_KPI),
            link=_AUTOPILOT,
        ),
        stat(
            BUDGET_KPI.title,
            BUDGET_KPI.help,
            Query(kpi_level(BUDGET_KPI)),
            unit=UNITS[BUDGET_KPI.unit],
            steps=band_steps(BUDGET_KPI),
        ),
        stat(
            SLOW_RATE_KPI.title,
            SLOW_RATE_KPI.help,
            Query(kpi_level(SLOW_RATE_KPI)),
            unit=UNITS[SLOW_RATE_KPI.unit],
            steps=band_steps(SLOW_RATE_KPI),
            link=_AUTOPILOT,
        ),
        stat("Selections per second", SELECTIONS.help, Query(rate(SELECTIONS)), unit=PER_SECOND),
        stat(
            "Canary permission",
            CANARY_EXPIRED.help,
            Query(grouped("max", CANARY_EXPIRED)),
            unit="none",
            values=_EXPIRED,
        ),
        state_timeline(
            "Alerts about the service",
            "Alerts that are pending or firing; the runbook of each says what to do.",
            Query(alert_states(names.JOB_SERVICE), "{{alertname}}"),
            values=ALERT_STATES,
            size=(16, 6),
            link=_AUTOPILOT,
        ),
        text("How to read this board", _ABOUT, size=(8, 6)),
    ),
)
_CONTENT = Row(
    "Content: what is selected, and is it watched?",
    (
        kpi_timeseries(COMPLETION_KPI, names.VARIANT, link=_AUTOPILOT),
        kpi_timeseries(ENTROPY_KPI, names.VARIANT, link=_AUTOPILOT),
        kpi_timeseries(NOVELTY_KPI, names.VARIANT, link=_AUTOPILOT),
        timeseries(
            "Selections",
            SELECTIONS.help,
            Query(rate(SELECTIONS, names.VARIANT), "{{variant}}"),
            unit=PER_SECOND,
            stacked=True,
            minimum=0,
        ),
        timeseries(
            "Plays by outcome",
            PLAYS.help,
            Query(rate(PLAYS, names.COMPLETED), "completed: {{completed}}"),
            unit=PER_SECOND,
            stacked=True,
            minimum=0,
        ),
        _latency("Time for one selection", SELECTION_DURATION, size=(HALF, 8)),
    ),
)
_CURATOR = Row(
    "Curator: interventions and their budget",
    (
        kpi_timeseries(BUDGET_KPI),
        timeseries(
            "Reviews by outcome",
            CURATOR_REVIEWS.help,
            Query(rate(CURATOR_REVIEWS, names.OUTCOME), "{{outcome}}"),
            unit=PER_SECOND,
            stacked=True,
            minimum=0,
        ),
    ),
)
_LLM = Row(
    "LLM: calls and the breaker before them",
    (
        state_timeline(
            "Circuit breaker",
            LLM_BREAKER_STATE.help,
            Query(state_code(LLM_BREAKER_STATE, "instance"), "{{instance}}"),
            values=_BREAKER,
            size=(FULL, 4),
        ),
        kpi_timeseries(SUCCESS_KPI, names.VARIANT, size=(THIRD, 8), link=_AUTOPILOT),
        timeseries(
            "Calls by outcome",
            LLM_REQUESTS.help,
            Query(rate(LLM_REQUESTS, names.OUTCOME), "{{outcome}}"),
            unit=PER_SECOND,
            size=(THIRD, 8),
            stacked=True,
            minimum=0,
        ),
        _latency("Time of a call", LLM_DURATION, size=(THIRD, 8)),
    ),
)
_HD = Row(
    "HD detection",
    (
        kpi_timeseries(SLOW_RATE_KPI, names.VARIANT, link=_AUTOPILOT),
        _latency("Time of a detection", HD_DETECTION_DURATION, size=(HALF, 8)),
    ),
)
_PARAMETERS = Row(
    "Parameters in force",
    (
        timeseries(
            "Parameters per arm",
            PARAMETER_VALUE.help,
            Query(
                grouped("max", PARAMETER_VALUE, names.PARAMETER, names.VARIANT),
                "{{parameter}} {{variant}}",
            ),
            unit=UNITS[PARAMETER_VALUE.unit],
            size=(16, 8),
            link=_AUTOPILOT,
        ),
        timeseries(
            "Parameter file errors in this range",
            PARAMETER_FILE_ERRORS.help,
            Query(increase(PARAMETER_FILE_ERRORS, names.REASON), "{{reason}}"),
            unit=UNITS[PARAMETER_FILE_ERRORS.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)

BOARD = Board(
    uid=names.DASHBOARD_BUSINESS,
    title="Business Logic Overview",
    description="What viewers get from the reference service, per arm, against the limits that alerts watch.",
    rows=(_OVERVIEW, _CONTENT, _CURATOR, _LLM, _HD, _PARAMETERS),
    links=(_AUTOPILOT,),
    events=EVENTS,
)
