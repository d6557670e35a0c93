"""What the cycle needs from outside: Protocols that the adapters fulfil and tests may, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from controller.model import GoldenResult, KpiCourse, KpiSample, Level, Window
from exporter.parameters import LiveParameters, Values


class Evidence(Protocol):
    """Reads the service's metrics. Every method raises PrometheusError when there is no usable answer."""

    def levels(self, at: float, window: float) -> tuple[Level, ...]:
        """Return every judged KPI's level in the control arm, which no canary is in, over `window` seconds to `at`."""
        ...

    def courses(self, at: float, window: float) -> tuple[KpiCourse, ...]:
        """Return how the judged KPIs went in the control arm: `window` seconds to `at`, and the days before."""
        ...

    def firing(self, at: float) -> tuple[str, ...]:
        """Return the names of the alerts that hold a canary and fire at `at`."""
        ...

    def samples(
        self,
        exposed: tuple[Window, ...],
        excluded: tuple[Window, ...],
        started_at: float,
        now: float,
        shares: tuple[tuple[float, Mapping[str, float]], ...] = (),
    ) -> tuple[KpiSample, ...]:
        """Return the evidence on every judged KPI.

        Args:
            exposed: stretches in which the canary arm had the proposed values.
            excluded: stretches in which arms differed, to be left out of the A/A history.
            started_at: start of the canary, which is the end of the history.
            now: unix seconds.
            shares: since when (unix seconds) the arms have had which shares of the units, where they are not those of
                the history.
        """
        ...


class Gate(Protocol):
    """Proves proposed values before traffic sees them."""

    def run(self, values: Values) -> GoldenResult:
        """Return what the golden cases say of these values."""
        ...


class LiveStore(Protocol):
    """Keeps the live parameter file, and every version in history."""

    def put(self, live: LiveParameters, note: str) -> None:
        """Make `live` the document in force; do nothing when it already is. Raises StorageError."""
        ...

    def current(self) -> LiveParameters | None:
        """Return the document in force, None when there is none that can be read."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything outside that the cycle uses."""

    evidence: Evidence
    gate: Gate
    live: LiveStore
