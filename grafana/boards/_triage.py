"""The row about what failed, as the last triage found it."""

from __future__ import annotations

from exporter import names
from exporter.catalog.controller import TRIAGE_FAILURES, TRIAGE_PATTERNS
from grafana.board import Query, Row
from grafana.display import UNITS
from grafana.panel import HALF, timeseries
from grafana.query import grouped

TRIAGE = Row(
    "Triage",
    (
        timeseries(
            "Failures by category",
            TRIAGE_FAILURES.help,
            Query(grouped("max", TRIAGE_FAILURES, names.CATEGORY), "{{category}}"),
            unit=UNITS[TRIAGE_FAILURES.unit],
            size=(HALF, 7),
            minimum=0,
        ),
        timeseries(
            "Patterns",
            TRIAGE_PATTERNS.help,
            Query(grouped("max", TRIAGE_PATTERNS), "patterns"),
            unit=UNITS[TRIAGE_PATTERNS.unit],
            size=(HALF, 7),
            minimum=0,
        ),
    ),
)
