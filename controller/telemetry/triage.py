"""What the last scheduled triage found, as metrics."""

from __future__ import annotations

import math

from controller.journal.state import State
from controller.triage.follow import JOB
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments


class TriageTelemetry:
    """Binds the last triage's counts, which the journal remembers, to their metrics."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments

    def show(self, state: State) -> None:
        """Set the gauges; no value before the first triage."""
        record = state.jobs.get(JOB)
        details = (record.details if record is not None else None) or {}
        self._instruments.gauge(metrics.TRIAGE_PATTERNS).set(_count(details.get("patterns")))
        for category in metrics.FAILURE_CATEGORIES:
            self._instruments.gauge(metrics.TRIAGE_FAILURES, category).set(_count(details.get(f"failures_{category}")))


def _count(found: object) -> float:
    return float(found) if isinstance(found, (int, float)) else math.nan
