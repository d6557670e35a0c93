"""The real mock server over HTTP, in the test's own event loop, and a client on it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import numpy as np
from aiohttp import web
from prometheus_client import CollectorRegistry

from components.llm.breaker import Breaker
from components.llm.client import LlmClient
from components.llm.mock import LlmMock
from components.prometheus_reporter import PrometheusReporter
from exporter.endpoints import LOOPBACK


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Serve an application on a free port; yield its address."""
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, 0).start()
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def mock_llm(seed: int = 1) -> AsyncIterator[tuple[LlmMock, str]]:
    """Serve a mock; yield it and its address."""
    mock = LlmMock(np.random.default_rng(seed))
    async with served(mock.app()) as url:
        yield mock, url


@asynccontextmanager
async def client_of(
    url: str,
    breaker: Breaker | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
    patience: float = 30.0,
) -> AsyncIterator[tuple[LlmClient, CollectorRegistry]]:
    """Yield a client whose time-out is `patience`, and the registry that it reports to."""
    registry = CollectorRegistry()
    async with aiohttp.ClientSession() as session:
        reporter = PrometheusReporter(registry, ())
        yield LlmClient(session, url, breaker or Breaker(), reporter, clock=clock, timeout=patience), registry
