"""Puts the parts together: one place where configuration becomes adapters."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import CollectorRegistry

from controller import reload
from controller.adapters.background import BackgroundJobs, Job
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.autopilot import Autopilot, News
from controller.config.config import Config
from controller.connection import connection
from controller.cycle.plant import PlantWatch
from controller.errors import ConfigError
from controller.gates.golden import GoldenGate, OpenGate
from controller.history.upkeep import upkeep
from controller.journal.state import State
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.place import Place
from controller.ports import Gate, JobResult, Ports
from controller.telemetry.telemetry import Telemetry
from controller.triage.job import FOLDER, triage_job


def gate(config: Config, state: Path | None = None) -> Gate:
    """Return the configured golden gate; it keeps what passed below `state`. Raises ConfigError."""
    if config.golden is None:
        return OpenGate()
    found = GoldenGate(config, state)
    found.check()
    return found


def jobs(config: Config, place: Place, journal: Journal) -> dict[str, Job]:
    """Return what each scheduled job does, by its name in controller.config.schedule.JOBS."""

    def keep_up(state: State, now: float) -> JobResult:
        live = live_store(config, place).current()
        version = None if live is None else live.version
        return upkeep(place.history, journal, config.history, state=state, live=version, now=now)

    reports = triage_job(config, journal, connection(config), place.state / FOLDER)
    return {"triage": reports, "upkeep": keep_up}


def ports(config: Config, place: Place, telemetry: Telemetry, background: BackgroundJobs) -> Ports:
    """Return everything outside that a configuration names. Raises ConfigError."""
    prometheus = Prometheus(connection(config), observe=telemetry.observe_query)
    evidence = PrometheusEvidence(config, prometheus)
    plant = PlantWatch(config, evidence, telemetry.watched)
    return Ports(evidence, gate(config, place.state), live_store(config, place), background, plant)


def autopilot(
    config: Config, place: Place, journal: Journal, registry: CollectorRegistry
) -> tuple[Autopilot, Telemetry]:
    """Return a controller ready to start, and its metrics. Raises ConfigError."""
    telemetry = Telemetry(config, registry)
    background = BackgroundJobs(jobs(config, place, journal))
    return Autopilot(config, journal, ports(config, place, telemetry, background)), telemetry


def reconfigure(autopilot: Autopilot, config: Config, place: Place, telemetry: Telemetry) -> News:
    """Make a running controller work with another configuration; a job under way goes on with the old one.

    Returns:
        What that changes.

    Raises:
        ConfigError: it cannot; nothing has changed.
    """
    old = autopilot.config
    if (why := reload.refusal(old, config)) is not None:
        raise ConfigError(why)
    background = autopilot.ports.jobs
    if not isinstance(background, BackgroundJobs):
        raise TypeError("the controller was put together elsewhere")
    found, news = ports(config, place, telemetry, background), reload.news(old, config)
    background.replace(jobs(config, place, autopilot.journal))
    telemetry.configure(config)
    autopilot.reconfigure(config, found, news)
    return news
