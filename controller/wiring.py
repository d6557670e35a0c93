"""Puts the parts together: one place where configuration becomes adapters."""

from __future__ import annotations

import os
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.history import History
from controller.adapters.live_store import LiveFileStore
from controller.adapters.prometheus import Connection, Prometheus
from controller.autopilot import Autopilot
from controller.config import Config
from controller.gates.golden import GoldenGate, OpenGate, load_cases, load_subject
from controller.journal.store import Journal
from controller.ports import Gate, Ports
from controller.telemetry import Telemetry

JOURNAL = "journal.db"
HISTORY = "history"


@dataclass(frozen=True)
class Place:
    """Where a controller keeps what it knows.

    Attributes:
        state: its state folder: the journal and the history.
        parameters: the live parameter file.
    """

    state: Path
    parameters: Path

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.state / JOURNAL

    @property
    def history(self) -> Path:
        """The folder of versions."""
        return self.state / HISTORY


def writer_id() -> str:
    """Return an id for this process in what it appends to a journal."""
    return uuid.uuid4().hex


def holder() -> str:
    """Return who this process is, for people and for finding out whether it still lives."""
    return f"{socket.gethostname()}:{os.getpid()}"


def dead(holder: str) -> bool:
    """Whether a lease's holder is known to be dead: a process of this host that is no more."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def connection(config: Config) -> Connection:
    """Return how to reach the configured Prometheus."""
    section = config.prometheus
    return Connection(
        url=section.url,
        timeout=section.timeout,
        retries=section.retries,
        ca=section.tls.ca,
        cert=section.tls.cert,
        key=section.tls.key,
        username=section.auth.username,
        password_file=section.auth.password_file,
        bearer_file=section.auth.bearer_file,
        headers=section.headers,
    )


def gate(config: Config) -> Gate:
    """Return the configured golden gate. Raises ConfigError."""
    if config.golden is None:
        return OpenGate()
    return GoldenGate(load_cases(config.golden.cases), load_subject(config.golden.callable), config.golden.timeout)


def live_store(config: Config, place: Place) -> LiveFileStore:
    """Return the live parameter file with its history."""
    return LiveFileStore(place.parameters, History(place.history), config.specs)


def autopilot(
    config: Config, place: Place, journal: Journal, registry: CollectorRegistry
) -> tuple[Autopilot, Telemetry]:
    """Return a controller ready to start, and its metrics. Raises ConfigError."""
    telemetry = Telemetry(config, registry)
    prometheus = Prometheus(connection(config), observe=telemetry.observe_query)
    ports = Ports(PrometheusEvidence(config, prometheus), gate(config), live_store(config, place))
    return Autopilot(config, journal, ports), telemetry
