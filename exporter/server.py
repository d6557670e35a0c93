"""Serves /metrics and /healthz, and whatever routes its owner adds, on loopback, from a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Self

from aiohttp import web

from exporter.endpoints import LOOPBACK
from exporter.exposition import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from prometheus_client import CollectorRegistry


class PortInUseError(OSError):
    """The port is taken by another process."""


class MetricsServer:
    """A context manager: listening inside, stopped after.

    Args:
        registry: what /metrics renders.
        port: TCP port; 0 picks a free one, `port` then tells which.
        host: interface; loopback unless told otherwise.
        routes: further routes.
        before_scrape: called before each rendering, to bring lazily kept gauges up to date.
        dead: tells /healthz why the owner must be taken for dead, None while it lives.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        port: int,
        *,
        host: str = LOOPBACK,
        routes: Iterable[web.RouteDef] = (),
        before_scrape: Callable[[], None] = lambda: None,
        dead: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.host = host
        self.port = port
        self._registry = registry
        self._before_scrape = before_scrape
        self._dead = dead
        self._routes = [web.get("/metrics", self._metrics), web.get("/healthz", self._health), *routes]
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="http", daemon=True)

    async def _health(self, _request: web.Request) -> web.Response:
        why = self._dead()
        return web.Response(text="ok\n") if why is None else web.Response(text=f"{why}\n", status=503)

    async def _metrics(self, request: web.Request) -> web.Response:
        self._before_scrape()
        content_type, body = render(self._registry, request.headers.get("Accept", ""))
        response = web.Response(body=body, headers={"Content-Type": content_type})
        response.enable_compression()
        return response

    async def _start(self) -> None:
        app = web.Application(client_max_size=8 * 2**20)
        app.add_routes(self._routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortInUseError(
                error.errno, f"cannot listen on {self.host}:{self.port}: {error.strerror}; choose another port"
            ) from None
        self.port = self._runner.addresses[0][1]

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        except BaseException:
            self._end_loop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            with contextlib.suppress(asyncio.CancelledError):
                asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(timeout=5)
        self._end_loop()

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
