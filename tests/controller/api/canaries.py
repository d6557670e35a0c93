"""A real Prometheus with three canaries that began at T0: one that helps, one that harms, one that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import yaml
from aiohttp import web
from prometheus_client import CollectorRegistry

from controller.adapters.clock import Clock
from controller.adapters.prometheus import Prometheus
from controller.api import flagger, gate
from controller.api.judge import Turns
from controller.config.config import Config
from controller.connection import connection
from controller.judging.live import LiveJudge
from exporter.server import MetricsServer
from tests.controller.world import configuration, settings

T0 = 1_700_000_000.0
PAST, AFTER = 420, 120  # seconds, one point each
EFFECTS = {"good": 0.05, "bad": -0.05, "none": 0.0}


class At(Clock):
    """A clock that stands, and can be set."""

    def __init__(self, now: float) -> None:
        self.time = now
        super().__init__()

    def now(self) -> float:
        """Return the time it was set to."""
        return self.time


def samples() -> str:
    """Return OpenMetrics of a shop's conversion and latency per job and arm, one sample a second."""
    conversion, latency = ["# TYPE shop_conversion gauge\n"], ["# TYPE shop_latency_ms gauge\n"]
    rng = np.random.default_rng(3)
    for job, effect in EFFECTS.items():
        for arm in ("canary", "baseline", "control"):
            noise = rng.normal(size=(PAST + AFTER, 2))
            labels = f'job="{job}",variant="{arm}"'
            for i, (first, second) in enumerate(noise):
                at = T0 - PAST + i
                level = 0.2 + 0.01 * first + (effect if arm == "canary" and at > T0 else 0.0)
                conversion.append(f"shop_conversion{{{labels}}} {level:.6f} {at:.0f}\n")
                latency.append(f"shop_latency_ms{{{labels}}} {20 + second:.6f} {at:.0f}\n")
    return "".join(conversion + latency)


def config(url: str, job: str) -> Config:
    """Return the shop's configuration for one of the canaries."""
    return configuration(**_prometheus(url, job))


def config_text(url: str, job: str) -> str:
    """Return the same as a file."""
    return yaml.safe_dump(settings(**_prometheus(url, job)), sort_keys=False)


def _prometheus(url: str, job: str) -> dict[str, dict[str, Any]]:
    return {"prometheus": {"url": url, "selector": {"job": job}}}


@contextmanager
def serving_gate(shop: Config, clock: Clock) -> Iterator[str]:
    """Serve the gate and Flagger's hooks; hand out their address."""
    turns = Turns()
    with Prometheus(connection(shop)) as prometheus:
        opened = gate.Gate(LiveJudge(shop, prometheus), turns, clock)
        routes: tuple[web.RouteDef, ...] = (*gate.routes(opened), *flagger.routes(opened))
        with MetricsServer(CollectorRegistry(), 0, routes=routes) as server:
            yield f"http://{server.host}:{server.port}"
