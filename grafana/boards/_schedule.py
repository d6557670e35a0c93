"""The row about what the controller does by itself, and what that costs."""

from __future__ import annotations

from exporter import names
from exporter.catalog.controller import (
    RELOAD_SUCCESS,
    RELOAD_TIMESTAMP,
    SCHEDULE_LAST,
    SCHEDULE_NEXT,
    SCHEDULE_SUCCESS,
    STEP_DURATION,
)
from grafana.board import Query, Row
from grafana.display import GREEN, RED, UNITS, State
from grafana.panel import THIRD, stat, state_timeline, timeseries
from grafana.query import grouped, rate

_WENT = (State(0, "failed", RED), State(1, "well", GREEN))
_IN_FORCE = (State(0, "refused", RED), State(1, "in force", GREEN))

SCHEDULE = Row(
    "Schedule, configuration and own work",
    (
        timeseries(
            "Time until the next run",
            f"{SCHEDULE_NEXT.help} Negative: the moment has come and is not dealt with.",
            Query(f"{grouped('max', SCHEDULE_NEXT, names.SCHEDULE)} - time()", "{{schedule}}"),
            unit=UNITS[STEP_DURATION.unit],
            size=(THIRD, 8),
        ),
        timeseries(
            "Time since the last run",
            SCHEDULE_LAST.help,
            Query(f"time() - {grouped('max', SCHEDULE_LAST, names.SCHEDULE)}", "{{schedule}}"),
            unit=UNITS[STEP_DURATION.unit],
            size=(THIRD, 8),
            minimum=0,
        ),
        state_timeline(
            "How the last run went",
            SCHEDULE_SUCCESS.help,
            Query(grouped("max", SCHEDULE_SUCCESS, names.SCHEDULE), "{{schedule}}"),
            values=_WENT,
            size=(THIRD, 8),
        ),
        timeseries(
            "The controller's own work",
            f"{STEP_DURATION.help} Shown as the share of time that it is at work; its log tells the sum of a cycle.",
            Query(rate(STEP_DURATION, names.PHASE, suffix="_sum"), "{{phase}}"),
            unit="percentunit",
            size=(16, 6),
            minimum=0,
        ),
        stat(
            "Configuration",
            RELOAD_SUCCESS.help,
            Query(grouped("max", RELOAD_SUCCESS)),
            unit="none",
            values=_IN_FORCE,
            size=(4, 6),
        ),
        stat(
            "Age of the configuration",
            RELOAD_TIMESTAMP.help,
            Query(f"time() - {grouped('max', RELOAD_TIMESTAMP)}"),
            unit="s",
            size=(4, 6),
        ),
    ),
)
