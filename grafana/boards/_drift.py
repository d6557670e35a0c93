"""The row about drift: what stops the autopilot by itself, how near it is to that, and how it comes back."""

from __future__ import annotations

from exporter import names
from exporter.catalog.controller import (
    DRIFT_DETECTED,
    DRIFT_STRIKES,
    FAILURES_ROW,
    PAUSE,
    PAUSE_END,
    PLANT_DRIFT,
    RETURN_SHARE,
    ROLLBACK_SHARE,
)
from grafana.board import Query, Row
from grafana.display import CAUSE_STATES, GREEN, RED, UNITS, YELLOW, Step
from grafana.panel import THIRD, stat, state_timeline, timeseries
from grafana.query import grouped, increase, series

_RATIO = "percentunit"
ROLLBACK_TARGET, ROLLBACK_LIMIT = 0.05, 0.10
STRIKES_LIMIT, ROW_LIMIT = 3, 3

DRIFT = Row(
    "Drift, pauses and the way back",
    (
        state_timeline(
            "Pauses by cause",
            PAUSE.help,
            Query(grouped("max", PAUSE, names.CAUSE), "{{cause}}"),
            values=CAUSE_STATES,
            size=(THIRD, 6),
        ),
        stat(
            "Pause ends in",
            f"{PAUSE_END.help} Shown as the time that is left; the autopilot goes on when none is in force any more.",
            Query(f"max by ({names.CAUSE}) ({series(PAUSE_END)} > 0) - time()", "{{cause}}"),
            unit="s",
        ),
        stat(
            "Strikes",
            f"{DRIFT_STRIKES.help} {STRIKES_LIMIT} or more: look before it goes on.",
            Query(grouped("max", DRIFT_STRIKES)),
            unit=UNITS[DRIFT_STRIKES.unit],
            steps=(Step(None, GREEN), Step(1, YELLOW), Step(STRIKES_LIMIT, RED)),
        ),
        stat(
            "Room for proposals",
            RETURN_SHARE.help,
            Query(grouped("min", RETURN_SHARE)),
            unit=_RATIO,
            steps=(Step(None, YELLOW), Step(1, GREEN)),
        ),
        stat(
            "Failures in a row",
            f"{FAILURES_ROW.help} {ROW_LIMIT} are drift, unless drift.failures says otherwise.",
            Query(grouped("max", FAILURES_ROW)),
            unit=UNITS[FAILURES_ROW.unit],
            steps=(Step(None, GREEN), Step(ROW_LIMIT - 1, YELLOW), Step(ROW_LIMIT, RED)),
        ),
        timeseries(
            "Rollback share",
            f"{ROLLBACK_SHARE.help} One among seven is chance: a pause takes what chance does not explain.",
            Query(grouped("max", ROLLBACK_SHARE, names.WINDOW), "{{window}}"),
            Query(f"vector({ROLLBACK_TARGET:g})", "target, 14d"),
            Query(f"vector({ROLLBACK_LIMIT:g})", "limit, 7d"),
            unit=_RATIO,
            size=(THIRD, 8),
            minimum=0,
            maximum=1,
        ),
        timeseries(
            "Level drift per KPI",
            f"{PLANT_DRIFT.help} It is drift when a second look confirms it.",
            Query(grouped("max", PLANT_DRIFT, names.KPI), "{{kpi}}"),
            Query("vector(1)", "threshold"),
            unit=_RATIO,
            size=(THIRD, 8),
            minimum=0,
        ),
        timeseries(
            "Drift found in this range",
            "Drift that was found in the range that the dashboard shows, by cause.",
            Query(increase(DRIFT_DETECTED, names.CAUSE), "{{cause}}"),
            unit=UNITS[DRIFT_DETECTED.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)
