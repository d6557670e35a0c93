"""The controller's own metrics: a picture of its state, brought up to date before each scrape."""

from __future__ import annotations

import threading

from prometheus_client import CollectorRegistry

from controller.config.config import Config
from controller.decide.drift.reading import Reading
from controller.journal.state import State
from controller.telemetry.bounds import BoundsTelemetry
from controller.telemetry.drift import DriftTelemetry
from controller.telemetry.learning import LearningTelemetry
from controller.telemetry.schedule import ScheduleTelemetry
from controller.telemetry.triage import TriageTelemetry
from exporter import names
from exporter.catalog import CATALOG
from exporter.catalog import controller as metrics
from exporter.instruments import Instruments
from exporter.metric import Kind
from exporter.parameters import ParameterError, Value

NOT_YET = float("nan")  # what has never been measured is neither zero nor absent


class Telemetry:
    """Binds the controller's state to its metrics in one registry."""

    def __init__(self, config: Config, registry: CollectorRegistry) -> None:
        self._config = config
        self._instruments = Instruments(CATALOG.component("controller"), registry)
        self._lock = threading.Lock()  # scraped by one thread, configured by another
        self._counted: dict[str, int] = {}
        self._bounds = BoundsTelemetry(config, self._instruments)
        self._learning = LearningTelemetry(config, self._instruments)
        self._schedule = ScheduleTelemetry(config, self._instruments)
        self._drift = DriftTelemetry(config, self._instruments)
        self._triage = TriageTelemetry(self._instruments)
        self._stepped_at = 0.0
        self.prometheus_failure: str | None = None
        self._begin()

    def configure(self, config: Config) -> None:
        """Show what another configuration knows: its KPIs and parameters, and no others."""
        with self._lock:
            self._configure(config)

    def _configure(self, config: Config) -> None:
        self._config = config
        for metric in CATALOG.component("controller"):
            if metric.kind in (Kind.GAUGE, Kind.STATESET) and any(
                label not in metric.values for label in metric.labels
            ):
                self._instruments.forget(metric)
        self._bounds.configure(config)
        self._learning.configure(config)
        self._schedule.configure(config)
        self._drift.configure(config)
        self._begin()

    def _begin(self) -> None:
        """Show every KPI and parameter of the configuration, with nothing measured."""
        config = self._config
        for judged in config.judged:
            for metric in (metrics.CANARY_EFFECT, metrics.CANARY_MARGIN):
                self._instruments.gauge(metric, judged.kpi.name).set(NOT_YET)
            for metric in (metrics.CANARY_INFORMATION, metrics.CANARY_NOISE):
                self._instruments.gauge(metric, judged.kpi.name).set(NOT_YET)
            for metric in (metrics.CANARY_INTERVAL, metrics.CANARY_BOUNDARY):
                for side in metric.values[names.SIDE]:
                    self._instruments.gauge(metric, judged.kpi.name, side).set(NOT_YET)
            self._instruments.state(metrics.CANARY_VERDICT, "none", judged.kpi.name)
        for spec in config.specs.specs:
            if spec.kind != "choice":  # the first and the last choice are no bounds that a value could press against
                self._instruments.gauge(metrics.PARAMETER_BOUND, spec.name, "low").set(spec.low)
                self._instruments.gauge(metrics.PARAMETER_BOUND, spec.name, "high").set(spec.high)

    def observe_query(self, seconds: float, failure: str | None) -> None:
        """Count one query to Prometheus, with the reason when it failed."""
        self._instruments.histogram(metrics.PROMQL_DURATION).observe(seconds)
        self.prometheus_failure = failure
        if failure is not None:
            self._instruments.counter(metrics.PROMQL_ERRORS, failure).inc()

    def looked(self, seconds: float) -> None:
        """Count one look at a canary."""
        self._instruments.histogram(metrics.LOOK_DURATION).observe(seconds)

    def stepped(self, now: float) -> None:
        """Note that the controller did a step at unix time `now`."""
        self._instruments.gauge(metrics.LAST_LOOK).set(now)
        self._stepped_at = now

    def worked(self, phase: str, seconds: float) -> None:
        """Note how long a step took, and in which phase."""
        self._instruments.histogram(metrics.STEP_DURATION, phase).observe(seconds)

    def reloaded(self, now: float, *, ok: bool) -> None:
        """Note that the configuration was read at unix time `now`, and whether it is in force."""
        self._instruments.gauge(metrics.RELOAD_SUCCESS).set(float(ok))
        if ok:
            self._instruments.gauge(metrics.RELOAD_TIMESTAMP).set(now)

    def _number(self, name: str, value: Value) -> float:
        """Return what a gauge shows of a value: a choice as its index; NaN when the configuration does not know it."""
        if not isinstance(value, str):
            return value
        try:
            return self._config.specs.get(name).index(value)
        except ParameterError:
            return NOT_YET

    def watched(self, readings: tuple[Reading, ...], at: float) -> None:
        """Show what the KPIs' levels say by an answer that Prometheus gave at unix time `at`."""
        with self._lock:
            self._drift.watched(readings, at)

    def show(self, state: State) -> None:
        """Set every gauge from the state, and let counters catch up with the journal."""
        with self._lock:
            self._show(state)

    def _show(self, state: State) -> None:
        ours, gauge = self._instruments, self._instruments.gauge
        canary = state.cycle.canary if state.cycle else None
        ours.state(metrics.PHASE, state.phase)
        gauge(metrics.PAUSED).set(float(state.paused is not None))
        gauge(metrics.CANARY_PAUSED).set(float(canary is not None and canary.paused_at is not None))
        gauge(metrics.JOURNAL_EVENTS).set(state.seq)
        for name, value in state.values.items():
            gauge(metrics.PARAMETER_TARGET, name).set(self._number(name, value))
        for change in metrics.CHANGES:
            gauge(metrics.LAST_CHANGE, change).set(state.changed_at.get(change, NOT_YET))
        self._bounds.show(state)
        self._learning.show(state, max(self._stepped_at, state.last_at))
        self._schedule.show(state, max(self._stepped_at, state.last_at))
        self._drift.show(state, max(self._stepped_at, state.last_at))
        self._triage.show(state)
        for kpi in state.last_kpis:
            gauge(metrics.CANARY_EFFECT, kpi.kpi).set(kpi.effect)
            gauge(metrics.CANARY_MARGIN, kpi.kpi).set(kpi.margin)
            gauge(metrics.CANARY_INTERVAL, kpi.kpi, "low").set(kpi.low)
            gauge(metrics.CANARY_INTERVAL, kpi.kpi, "high").set(kpi.high)
            gauge(metrics.CANARY_BOUNDARY, kpi.kpi, "harm").set(kpi.harm_needed)
            gauge(metrics.CANARY_BOUNDARY, kpi.kpi, "benefit").set(kpi.benefit_needed)
            gauge(metrics.CANARY_INFORMATION, kpi.kpi).set(kpi.fraction)
            gauge(metrics.CANARY_NOISE, kpi.kpi).set(kpi.noise)
            ours.state(metrics.CANARY_VERDICT, kpi.verdict, kpi.kpi)
        totals = {**state.outcomes, "incidents": state.incident_count}
        for key, total in totals.items():
            counter = ours.counter(metrics.INCIDENTS) if key == "incidents" else ours.counter(metrics.CYCLES, key)
            counter.inc(total - self._counted.get(key, 0))
            self._counted[key] = total
