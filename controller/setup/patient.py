"""What the checks of `vvtvctl doctor` look at, and how they ask."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from controller.adapters.clock import Clock
from controller.adapters.prometheus import Prometheus
from controller.adapters.prometheus_about import PrometheusAbout
from controller.config.config import Config
from controller.connection import connection
from controller.desk.desk import Desk
from controller.place import Place
from exporter import names, promql
from exporter.metric import GaugeReading, Kpi, MeanReading, RatioReading, Selector

PATIENCE = 10.0  # seconds for one answer, at most


@dataclass(frozen=True)
class Patient:
    """One installation.

    Attributes:
        config: what is to be piloted.
        file: where that stands.
        root: the stack's folder.
        place: where the controller keeps what it knows.
        clock: this machine's.
    """

    config: Config
    file: Path
    root: Path
    place: Place
    clock: Clock

    @property
    def desk(self) -> Desk:
        """The journal, read only."""
        return Desk(self.config, self.place, self.clock, "doctor")

    @property
    def start(self) -> str:
        """The command that starts its controller, for a shell."""
        paths = {"config": self.file, "state": self.place.state, "parameters": self.place.parameters}
        options = [part for name, path in paths.items() for part in (f"--{name}", str(path))]
        return shlex.join(("vvtvctl", "controller", "run", *options))

    def prometheus(self) -> Prometheus:
        """Return a client that asks once and soon gives up. Raises ConfigError for a secret that cannot be read."""
        found = connection(self.config)
        return Prometheus(replace(found, timeout=min(found.timeout, PATIENCE), retries=0))

    def about(self) -> PrometheusAbout:
        """Return a client for what is no query. Raises ConfigError likewise."""
        found = connection(self.config)
        return PrometheusAbout(replace(found, timeout=min(found.timeout, PATIENCE)))


@dataclass(frozen=True)
class Part:
    """One vector that a KPI is read from; `rare`: that it is missing may only mean that nothing happened yet."""

    metric: str
    selector: Selector
    rare: bool = False

    def query(self, extra: tuple[tuple[str, str], ...]) -> str:
        """Return its instant vector, narrowed to a service."""
        return promql.select(replace(self.selector, metric=self.metric), extra)


def parts(kpi: Kpi) -> tuple[Part, ...]:
    """Return the vectors that a KPI is read from, the one that must be there first."""
    reading = kpi.reading
    if isinstance(reading, GaugeReading):
        return (Part(reading.selector.metric, reading.selector),)
    if isinstance(reading, RatioReading):
        return (Part(reading.trials.metric, reading.trials), Part(reading.events.metric, reading.events, rare=True))
    histogram = reading.histogram
    count = Part(f"{histogram.metric}_count", histogram)
    if isinstance(reading, MeanReading):
        return (count, Part(f"{histogram.metric}_sum", histogram))
    bucket = Selector(histogram.metric, (*histogram.matches, (names.LE, reading.bound)))
    return (count, Part(f"{histogram.metric}_bucket", bucket))
