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
from grafana.display import PAUSE_STATES, UNITS
from grafana.panel import THIRD, stat, state_timeline, timeseries
from grafana.query import grouped, increase, series

_RATIO = "percentunit"
ROLLBACK_TARGET, ROLLBACK_LIMIT = 0.05, 0.10

DRIFT = Row(
    "Drift, pauses and the way back",
    (
        state_timeline(
            "Pauses by cause",
            PAUSE.help,
            Query(grouped("max", PAUSE, names.CAUSE), "{{cause}}"),
            values=PAUSE_STATES,
            size=(THIRD, 6),
        ),
        stat(
            "Pause ends in",
            f"{PAUSE_END.help} Shown as the time that is left of the longest.",
            Query(f"max({series(PAUSE_END)}) - time()"),
            unit="s",
        ),
        stat("Strikes", DRIFT_STRIKES.help, Query(grouped("max", DRIFT_STRIKES)), unit=UNITS[DRIFT_STRIKES.unit]),
        stat("Room for proposals", RETURN_SHARE.help, Query(grouped("min", RETURN_SHARE)), unit=_RATIO),
        stat(
            "Failures in a row", FAILURES_ROW.help, Query(grouped("max", FAILURES_ROW)), unit=UNITS[FAILURES_ROW.unit]
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
            DRIFT_DETECTED.help,
            Query(increase(DRIFT_DETECTED, names.CAUSE), "{{cause}}"),
            unit=UNITS[DRIFT_DETECTED.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
    ),
)
