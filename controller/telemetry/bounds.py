"""Sliding bounds as metrics, read from the controller's state."""

from __future__ import annotations

from controller.config.config import Config
from controller.cycle.standing import standings
from controller.journal.state import State
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments


class BoundsTelemetry:
    """Binds each parameter's sliding bounds to their metrics."""

    def __init__(self, config: Config, instruments: Instruments) -> None:
        self._instruments = instruments
        self._counted: dict[tuple[str, str], int] = {}
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Show the parameters of a configuration."""
        self._config = config
        for spec in config.specs.specs:
            if spec.kind != "choice":
                for kind in metrics.ADJUSTMENTS:  # from 0 on, so that the first one is an increase
                    self._instruments.counter(metrics.BOUNDS_ADJUSTMENTS, spec.name, kind)

    def show(self, state: State) -> None:
        """Set the gauges, and let the counter catch up with the journal."""
        gauge = self._instruments.gauge
        for found in standings(self._config, state):
            gauge(metrics.SLIDING_BOUND, found.name, "low").set(found.sliding.bounds.low)
            gauge(metrics.SLIDING_BOUND, found.name, "high").set(found.sliding.bounds.high)
            gauge(metrics.BOUNDS_EXHAUSTED, found.name).set(float(found.exhausted))
            for kind, total in found.record.adjustments.items():
                key = (found.name, kind)
                counter = self._instruments.counter(metrics.BOUNDS_ADJUSTMENTS, found.name, kind)
                counter.inc(total - self._counted.get(key, 0))
                self._counted[key] = total
