"""What was learnt as metrics: predictions held against what canaries measured, read from the controller's state."""

from __future__ import annotations

import math

from controller.config.config import Config
from controller.decide.learner.accuracy import COUNTED, coverage, typical_error
from controller.journal.event import Predicted
from controller.journal.held import predictions
from controller.journal.state import State, Trial
from exporter import names
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments
from exporter.seconds import DAY

RECENT = 14 * DAY  # over which the median error is taken
PER_KPI = (
    metrics.PREDICTION_ERROR,
    metrics.PREDICTED_EFFECT,
    metrics.MEASURED_EFFECT,
    metrics.PREDICTION_COVERAGE,
    metrics.PREDICTION_ERROR_P50,
)


class LearningTelemetry:
    """Binds predictions and what was measured to their metrics."""

    def __init__(self, config: Config, instruments: Instruments) -> None:
        self._instruments = instruments
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Show the KPIs of a configuration, with nothing measured."""
        self._kpis = [judged.kpi.name for judged in config.judged]
        gauge = self._instruments.gauge
        gauge(metrics.PROMOTION_CHANCE).set(math.nan)
        gauge(metrics.TRIALS).set(0)
        for kpi in self._kpis:
            for metric in PER_KPI:
                gauge(metric, kpi).set(math.nan)
            for side in metrics.PREDICTED_INTERVAL.values[names.SIDE]:
                gauge(metrics.PREDICTED_INTERVAL, kpi, side).set(math.nan)

    def show(self, state: State, now: float) -> None:
        """Set the gauges; `now` is unix seconds, from which the last 14 days are counted."""
        gauge = self._instruments.gauge
        gauge(metrics.TRIALS).set(len(state.trials))
        gauge(metrics.PROMOTION_CHANCE).set(_chance(state))
        last = _last(state)
        effects = last.effects if last is not None else {}
        predicted = _predicted(state)
        for kpi in self._kpis:
            if kpi in effects:
                gauge(metrics.MEASURED_EFFECT, kpi).set(effects[kpi].effect)
            if kpi in predicted:
                gauge(metrics.PREDICTED_EFFECT, kpi).set(predicted[kpi].effect)
                gauge(metrics.PREDICTED_INTERVAL, kpi, "low").set(predicted[kpi].low)
                gauge(metrics.PREDICTED_INTERVAL, kpi, "high").set(predicted[kpi].high)
            self._accuracy(state, kpi, now)

    def _accuracy(self, state: State, kpi: str, now: float) -> None:
        """Set how good the predictions of one KPI were."""
        gauge = self._instruments.gauge
        found = predictions(state.trials, kpi)
        if found and found[-1].known:
            gauge(metrics.PREDICTION_ERROR, kpi).set(found[-1].error_ratio)
        gauge(metrics.PREDICTION_COVERAGE, kpi).set(coverage(found, COUNTED))
        recent = predictions((trial for trial in state.trials if trial.at > now - RECENT), kpi)
        gauge(metrics.PREDICTION_ERROR_P50, kpi).set(typical_error(recent))


def _last(state: State) -> Trial | None:
    """Return the last canary that something was predicted of; None before the first."""
    return next((trial for trial in reversed(state.trials) if trial.predicted), None)


def _predicted(state: State) -> dict[str, Predicted]:
    """Return what is predicted of the proposal under way, else what was predicted of the last one."""
    if state.cycle is not None and state.cycle.predicted:
        return {item.kpi: item for item in state.cycle.predicted}
    last = _last(state)
    return {} if last is None else last.predicted


def _chance(state: State) -> float:
    """Return the chance of a promotion of the same proposal; NaN when nobody knows it."""
    if state.cycle is not None and state.cycle.predicted:
        return state.cycle.chance
    last = _last(state)
    return math.nan if last is None else last.chance
