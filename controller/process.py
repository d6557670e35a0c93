"""The controller as a process: takes the journal's lease, serves its HTTP, and steps until it is told to stop.

Nothing that fails for a while ends it: a full disk, a clock that went back, a Prometheus that is away are said in the
log, held, and tried again. Losing the journal to another controller does end it.

The lease is renewed by a thread of its own: a step may wait for a slow Prometheus, or for the golden cases, for longer
than the lease lasts.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Self

from aiohttp import web
from prometheus_client import CollectorRegistry

from controller import view, wiring
from controller.adapters.clock import Clock
from controller.api.webhook import ALERTMANAGER, webhook
from controller.autopilot import Autopilot
from controller.config import Config
from controller.errors import AutopilotError, FencedError
from controller.journal.event import CanaryLooked, Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.telemetry import Telemetry
from controller.wiring import Place
from exporter.server import MetricsServer

LEASE = 10.0  # seconds that a controller holds the journal after each renewal
RENEW = 3.0  # seconds between renewals
RETRY = 1.0  # seconds after a failure that may pass

Log = Callable[[str], None]


class Process:
    """One running controller; a context manager that holds the lease inside.

    Args:
        config: what it pilots.
        place: where it keeps what it knows.
        clock: wall clock.
        log: takes one line for people.
        registry: where its metrics stand.

    Raises:
        ConflictError: another controller holds the journal.
        StorageError, IntegrityError, ConfigError: as the parts raise them.
    """

    def __init__(self, config: Config, place: Place, *, clock: Clock, log: Log, registry: CollectorRegistry) -> None:
        self.stop = threading.Event()
        self._clock = clock
        self._log = log
        self._place = place
        self._registry = registry
        self._config = config
        self._stack = ExitStack()
        self._ended = threading.Event()
        self._held = ""
        self.journal: Journal
        self.autopilot: Autopilot
        self.telemetry: Telemetry

    def __enter__(self) -> Self:
        try:
            self.journal = self._stack.enter_context(Journal(self._place.journal, wiring.writer_id()))
            self._lease()
            self._stack.callback(self.journal.release)
            heartbeat = threading.Thread(target=self._keep_lease, name="lease", daemon=True)
            heartbeat.start()
            self._stack.callback(heartbeat.join)
            self._stack.callback(self._ended.set)
            self.autopilot, self.telemetry = wiring.autopilot(self._config, self._place, self.journal, self._registry)
            self.autopilot.start(self._clock.now())
        except BaseException:
            self._stack.close()
            raise
        self._log(f"started with {self.autopilot.state.seq} events in {self._place.journal}")
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.autopilot.stop(self._clock.now())
            self._log("stopped")
        except AutopilotError as error:
            self._log(f"stopped; could not say so in the journal: {error}")
        finally:
            self._stack.close()

    def _lease(self) -> None:
        now = self._clock.now()
        self.journal.acquire(now=now, seconds=LEASE, holder=wiring.holder(), dead=wiring.dead)

    def _keep_lease(self) -> None:
        while not self._ended.wait(RENEW):
            with contextlib.suppress(AutopilotError):  # a lost journal or a full disk shows in a step
                self._lease()

    def submit(self, payload: Payload, actor: str) -> None:
        """Append a request or an alert. Raises StorageError."""
        self.journal.submit(payload, at=self._clock.now(), actor=actor)

    def _incidents(self) -> Mapping[str, object]:
        """Return the open incidents, those too that the step under way has not seen yet. Raises StorageError."""
        state = self.autopilot.state
        return fold(state, self.journal.read(after=state.seq)).incidents

    def server(self, port: int) -> MetricsServer:
        """Return the controller's HTTP: /metrics, /healthz, /api/status and Alertmanager's webhook."""

        async def status(_request: web.Request) -> web.Response:
            shown = view.status(self.autopilot.state, holder=wiring.holder(), now=self._clock.now())
            return web.json_response(shown)

        return MetricsServer(
            self._registry,
            port,
            routes=[
                web.get("/api/status", status),
                webhook(
                    self._config.incidents.match,
                    self._incidents,
                    lambda payload: self.submit(payload, ALERTMANAGER),
                ),
            ],
            before_scrape=lambda: self.telemetry.show(self.autopilot.state),
        )

    def run(self, until: Callable[[State], bool] = lambda _state: False) -> None:
        """Step until `stop` is set or `until` holds. Raises FencedError when another controller took over."""
        while not self.stop.is_set() and not until(self.autopilot.state):
            wait = self._step()
            if wait > 0:
                self.stop.wait(wait)

    def _step(self) -> float:
        if jump := self._clock.jumped():
            self._log(f"the clock jumped by {jump:+.1f} s; leases and windows follow the new time")
        now = self._clock.now()
        seen = self.autopilot.state.seq
        began = time.monotonic()
        try:
            wait = self.autopilot.step(now)
        except FencedError:
            raise
        except AutopilotError as error:
            return self._hold(error)
        self._held = ""
        self.telemetry.stepped(now)
        if self.autopilot.state.seq != seen:
            for event in self.journal.read(after=seen):
                self._log(f"event {event.seq} {event.payload.kind} by {event.actor}")
                if isinstance(event.payload, CanaryLooked):
                    self.telemetry.looked(time.monotonic() - began)
        return wait

    def _hold(self, error: AutopilotError) -> float:
        if str(error) != self._held:
            self._held = str(error)
            self._log(f"held: {error}")
        return RETRY
