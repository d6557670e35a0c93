"""The schedule as metrics: when each job runs next, when it last did, and whether that went well."""

from __future__ import annotations

import math

from controller.config.config import Config
from controller.config.schedule import SCHEDULED
from controller.journal.state import State
from controller.view.schedule import schedule
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments


class ScheduleTelemetry:
    """Binds the cycle's and the jobs' schedules to their metrics."""

    def __init__(self, config: Config, instruments: Instruments) -> None:
        self._instruments = instruments
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Show another schedule."""
        self._config = config
        for name in SCHEDULED:
            for metric in (metrics.SCHEDULE_NEXT, metrics.SCHEDULE_LAST, metrics.SCHEDULE_SUCCESS):
                self._instruments.gauge(metric, name).set(math.nan)

    def show(self, state: State, now: float) -> None:
        """Set the gauges; `now` is unix seconds, after which the next runs come."""
        gauge = self._instruments.gauge
        for row in schedule(self._config, state, now):
            gauge(metrics.SCHEDULE_NEXT, row.name).set(math.nan if row.next_at is None else row.next_at)
            gauge(metrics.SCHEDULE_LAST, row.name).set(math.nan if row.last_at is None else row.last_at)
            gauge(metrics.SCHEDULE_SUCCESS, row.name).set(math.nan if row.ok is None else float(row.ok))
