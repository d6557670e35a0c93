"""The running service: ticks of 50 ms, /metrics, LLM reviews on the side. One process, one event loop for the work.

Selections never wait for the LLM: reviews are tasks of their own, bounded in flight by the client.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import numpy as np
from prometheus_client import CollectorRegistry

from components.core import ServiceCore
from components.curator import Curator, Slate, prompt
from components.llm.breaker import Breaker
from components.llm.client import LlmClient
from components.prometheus_reporter import PrometheusReporter
from components.traffic import Arrivals
from exporter.endpoints import DEFAULT_ENDPOINTS
from exporter.live_file import LiveFile, Reason
from exporter.reference import REFERENCE_PARAMETERS, SALT
from exporter.server import MetricsServer

TICK: Final = 0.05
DEFAULT_RATE: Final = 300.0
DEFAULT_WINDOW: Final = 15.0


@dataclass(frozen=True)
class ServiceSettings:
    """How the service runs.

    Attributes:
        parameters: the live parameter file; it may be missing.
        port: of /metrics; 0 picks a free one.
        llm_url: base address of an OpenAI-compatible server.
        rate: selections per second.
        window: length of diversity windows, seconds; best the scrape interval.
        seed: of library, traffic and noise.
    """

    parameters: Path
    port: int = DEFAULT_ENDPOINTS.service
    llm_url: str = DEFAULT_ENDPOINTS.url("llm")
    rate: float = DEFAULT_RATE
    window: float = DEFAULT_WINDOW
    seed: int = 1


@dataclass(frozen=True)
class Clocks:
    """The time, twice: unix seconds that may jump, and monotonic seconds that do not."""

    wall: Callable[[], float]
    monotonic: Callable[[], float]


async def _review(slate: Slate, client: LlmClient, curator: Curator, wall: Callable[[], float]) -> None:
    gain = await client.ask(slate.arm, prompt(slate))
    curator.decide(gain, wall())


@dataclass(frozen=True)
class _Llm:
    client: LlmClient
    breaker: Breaker


async def _run(core: ServiceCore, llm: _Llm, arrivals: Arrivals, clocks: Clocks, stop: asyncio.Event) -> None:
    reviews: set[asyncio.Task[None]] = set()
    due = clocks.monotonic()
    while not stop.is_set():
        step = core.step(clocks.wall(), arrivals.due(clocks.monotonic()))
        llm.breaker.state(clocks.monotonic())
        for slate in step.reviews:
            task = asyncio.create_task(_review(slate, llm.client, core.curator, clocks.wall))
            reviews.add(task)
            task.add_done_callback(reviews.discard)
        due = max(due + TICK, clocks.monotonic())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), due - clocks.monotonic())
    for task in reviews:
        task.cancel()
    await asyncio.gather(*reviews, return_exceptions=True)


async def serve(settings: ServiceSettings, clocks: Clocks, log: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT. Raises PortInUseError."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    registry = CollectorRegistry()
    reporter = PrometheusReporter(registry, REFERENCE_PARAMETERS.specs)

    def failed(reason: Reason, text: str) -> None:
        reporter.file_failed(reason)
        log(f"service: {text}")

    parameters = LiveFile(settings.parameters, REFERENCE_PARAMETERS, salt=SALT, on_error=failed)
    arrivals = Arrivals(settings.rate, clocks.monotonic(), np.random.default_rng((settings.seed, 1)))
    core = ServiceCore(
        parameters,
        reporter,
        now=clocks.wall(),
        window=settings.window,
        seed=settings.seed,
        stopwatch=clocks.monotonic,
    )
    breaker = Breaker(on_enter=reporter.breaker)
    async with aiohttp.ClientSession() as session:
        client = LlmClient(session, settings.llm_url, breaker, reporter, clock=clocks.monotonic)
        with MetricsServer(registry, settings.port) as server:
            log(f"service: metrics on http://{server.host}:{server.port}/metrics")
            await _run(core, _Llm(client, breaker), arrivals, clocks, stop)
    log("service: stopped")
