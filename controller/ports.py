"""What the cycle needs from outside: Protocols that the adapters fulfil and tests may, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from controller.decide.drift.reading import Reading
from controller.journal.state import State
from controller.model import GoldenResult, KpiCourse, KpiSample, Level, Track, Window
from exporter.parameters import LiveParameters, Values


class Evidence(Protocol):
    """Reads the service's metrics. Every method raises PrometheusError when there is no usable answer."""

    def levels(self, at: float, window: float) -> tuple[Level, ...]:
        """Return every judged KPI's level in the control arm, which no canary is in, over `window` seconds to `at`."""
        ...

    def courses(self, at: float, window: float) -> tuple[KpiCourse, ...]:
        """Return how the judged KPIs went in the control arm: `window` seconds to `at`, and the days before."""
        ...

    def hours(self, at: float, span: float) -> Mapping[str, Track]:
        """Return every judged KPI's levels in the control arm, hour by hour over `span` seconds to `at`, by KPI."""
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

    def put(self, live: LiveParameters, note: str, fence: Callable[[], None]) -> None:
        """Make `live` the document in force; do nothing when it already is.

        Args:
            live: the document.
            note: why; it stands beside the version in history.
            fence: asked when `live` is ready to come into force; raises SequenceConflictError when the journal has
                grown since the state that `live` is made from.

        Raises:
            StorageError: it cannot be written.
            SequenceConflictError: as the fence does, or because whoever read the journal later has been here meanwhile.
        """
        ...

    def current(self) -> LiveParameters | None:
        """Return the document in force, None when there is none that can be read."""
        ...


@dataclass(frozen=True)
class JobResult:
    """How a scheduled job ended: whether all went well, in words, and what it wants to be remembered by."""

    ok: bool
    text: str
    details: Mapping[str, str | float | int | bool | None] = field(default_factory=dict)


class Jobs(Protocol):
    """Runs scheduled jobs beside the cycle, one at a time: a step never waits for one."""

    @property
    def running(self) -> str | None:
        """The job that was begun and whose result nobody has taken yet, None when there is none."""
        ...

    def run(self, name: str, state: State, now: float) -> JobResult | None:
        """Begin a job, or look after the one that runs; return its result once, when it has ended, None before.

        Args:
            name: one of controller.config.schedule.JOBS.
            state: what the journal says as it begins.
            now: unix seconds.
        """
        ...


class NoJobs:
    """Fulfils `Jobs` where none are known."""

    running: str | None = None

    def run(self, name: str, state: State, now: float) -> JobResult:
        """Return that there is no such job."""
        del state, now
        return JobResult(ok=False, text=f"this controller knows no job {name!r}")


class Plant(Protocol):
    """Watches the levels of the KPIs. It never raises: no answer is no news."""

    def readings(self, state: State, now: float) -> tuple[Reading, ...]:
        """Return what the levels say at unix time `now`."""
        ...


class NoPlant:
    """Fulfils `Plant` where nobody watches."""

    def readings(self, state: State, now: float) -> tuple[Reading, ...]:
        """Return nothing."""
        del state, now
        return ()


@dataclass(frozen=True)
class Ports:
    """Everything outside that the cycle uses."""

    evidence: Evidence
    gate: Gate
    live: LiveStore
    jobs: Jobs = field(default_factory=NoJobs)
    plant: Plant = field(default_factory=NoPlant)
