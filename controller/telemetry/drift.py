"""Drift, pauses and the way back as metrics, read from the controller's state and from what its monitors say."""

from __future__ import annotations

import math

from controller.config.config import Config
from controller.cycle.drift import own_cycles, strikes_now
from controller.cycle.returning import returning
from controller.decide.drift.outcomes import rate, row
from controller.decide.drift.reading import Reading
from controller.journal.state import State
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments
from exporter.seconds import DAY

AGE = DAY  # seconds after which what a level said is not shown any more; at least two looks
WINDOWS = dict(zip(metrics.ROLLBACK_WINDOWS, (7 * DAY, 14 * DAY), strict=True))


class DriftTelemetry:
    """Binds drift and pauses to their metrics."""

    def __init__(self, config: Config, instruments: Instruments) -> None:
        self._instruments = instruments
        self._counted: dict[str, int] = {}
        for cause in metrics.DRIFT_CAUSES:  # from 0 on, so that the first one is an increase
            instruments.counter(metrics.DRIFT_DETECTED, cause)
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Show the KPIs of a configuration, with nothing known of their levels."""
        self._config = config
        self.watched((), 0.0)

    def watched(self, readings: tuple[Reading, ...], at: float) -> None:
        """Show what the KPIs' levels say by an answer that Prometheus gave at unix time `at`, until that is too old."""
        self._levels, self._levels_at = {reading.kpi: reading.value for reading in readings}, at
        self._show_levels(at)

    def _show_levels(self, now: float) -> None:
        """Show what each KPI's level said last; no value when that is long ago, or was never known."""
        old = now - self._levels_at > max(AGE, 2 * self._config.drift.plant.every)
        for judged in self._config.judged:
            value = math.nan if old else self._levels.get(judged.kpi.name, math.nan)
            self._instruments.gauge(metrics.PLANT_DRIFT, judged.kpi.name).set(value)

    def show(self, state: State, now: float) -> None:
        """Set the gauges at unix time `now`, and let the counter catch up with the journal."""
        gauge, ended = self._instruments.gauge, own_cycles(state)
        self._show_levels(now)
        for window, seconds in WINDOWS.items():
            judged, bad = rate(ended, seconds, -math.inf, now)
            gauge(metrics.ROLLBACK_SHARE, window).set(bad / judged if judged else math.nan)
        gauge(metrics.FAILURES_ROW).set(row(ended, -math.inf))
        gauge(metrics.DRIFT_STRIKES).set(strikes_now(self._config, state, now))
        gauge(metrics.RETURN_SHARE).set(returning(self._config, state, now).fraction)
        for cause in metrics.PAUSE_CAUSES:
            pause = next((one for one in state.pauses.values() if one.cause == cause), None)
            until = math.nan if pause is None or pause.until is None else pause.until
            gauge(metrics.PAUSE, cause).set(float(pause is not None))
            gauge(metrics.PAUSE_END, cause).set(until)
        for cause, total in state.drift.counts.items():
            self._instruments.counter(metrics.DRIFT_DETECTED, cause).inc(total - self._counted.get(cause, 0))
            self._counted[cause] = total
