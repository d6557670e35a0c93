"""The controller as a process: takes the journal's lease, serves its HTTP, and steps until it is told to stop.

Nothing that fails for a while ends it: a full disk, a clock that went back, a Prometheus that is away are said in the
log, held, and tried again. Losing the journal to another controller does end it.

It reads its configuration again when it is asked to (`reload`, or an operator's edit in the journal), between two
steps; one that is wrong changes nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Self

from aiohttp import web
from prometheus_client import CollectorRegistry

from controller import who, wiring
from controller.adapters import loaded_config
from controller.adapters.clock import Clock
from controller.api.health import readiness
from controller.api.webhook import ALERTMANAGER, webhook
from controller.autopilot import Autopilot
from controller.busy import Busy
from controller.config.config import Config
from controller.emergency import note as emergency_note
from controller.errors import AutopilotError, FencedError
from controller.health import Pulse
from controller.heartbeat import heartbeat
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from controller.journal.fold import fold
from controller.journal.state import State
from controller.journal.store import Journal
from controller.log import Entry, Level, Log, concerning
from controller.place import Place
from controller.telemetry.telemetry import Telemetry
from controller.view import schedule as view_schedule
from controller.view import status as view
from controller.vitals import Vitals
from exporter.server import MetricsServer

RETRY = 1.0  # seconds after a failure that may pass


class Process:
    """One running controller; a context manager that holds the lease inside.

    Args:
        config: what it pilots.
        place: where it keeps what it knows.
        clock: wall clock.
        log: takes one line for people.
        registry: where its metrics stand.
        source: reads the configuration again; None where it holds for as long as the process.
        narrate: tells an event in one sentence, "" for what people need not hear of.

    Raises:
        ConflictError: another controller holds the journal.
        StorageError, IntegrityError, ConfigError: as the parts raise them.
    """

    def __init__(
        self,
        config: Config,
        place: Place,
        *,
        clock: Clock,
        log: Log,
        registry: CollectorRegistry,
        source: Callable[[], Config] | None = None,
        narrate: Callable[[Event], str] = lambda _event: "",
    ) -> None:
        self.stop = threading.Event()
        self.reload = threading.Event()
        self._source = source
        self._narrate = narrate
        self._busy = Busy()
        self._told = 0  # number of the last event in the log
        self._clock = clock
        self._log = log
        self._place = place
        self._registry = registry
        self._config = config
        self._stack = ExitStack()
        self.journal: Journal
        self.autopilot: Autopilot
        self.telemetry: Telemetry
        self.vitals: Vitals

    def __enter__(self) -> Self:
        try:
            self.journal = self._stack.enter_context(Journal(self._place.journal, who.writer_id()))
            self._stack.enter_context(heartbeat(self.journal, self._clock.now))
            self._told, _ = self.journal.last()
            self.autopilot, self.telemetry = wiring.autopilot(self._config, self._place, self.journal, self._registry)
            emergency_note.take(self._place, self.journal, self._clock.now())
            self.autopilot.start(self._clock.now(), partial(loaded_config.changes, self._place, self._config))
        except BaseException:
            self._stack.close()
            raise
        now, stopping = self._clock.now, self.stop.is_set
        self.vitals = Vitals(self.autopilot, self.telemetry, self._place, now=now, stopping=stopping)
        self.telemetry.reloaded(now(), ok=True)
        self._say(f"started with {self.autopilot.state.seq} events in {self._place.journal}", "started")
        self._tell_new(0.0)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.autopilot.stop(self._clock.now())
            self._say("stopped", "stopped")
        except AutopilotError as error:
            self._say(f"stopped; could not say so in the journal: {error}", "stopped", "warning")
        finally:
            self._stack.close()

    def _say(self, text: str, event: str, level: Level = "info") -> None:
        state = self.autopilot.state
        number = state.cycle.number if state.cycle is not None else None
        self._log(Entry(text, level, event, number, state.phase))

    def submit(self, payload: Payload, actor: str) -> None:
        """Append a request or an alert. Raises StorageError."""
        self.journal.submit(payload, at=self._clock.now(), actor=actor)

    def _incidents(self) -> Mapping[str, object]:
        """Return the open incidents, those too that the step under way has not seen yet. Raises StorageError."""
        state = self.autopilot.state
        return fold(state, self.journal.read(after=state.seq)).incidents

    def server(self, port: int) -> MetricsServer:
        """Return the controller's HTTP: /metrics, /healthz, /readyz, /api/status and Alertmanager's webhook."""

        async def status(_request: web.Request) -> web.Response:
            state, now = self.autopilot.state, self._clock.now()
            shown = view.status(state, holder=who.holder(), now=now, config=self.autopilot.config)
            shown["schedule"] = view_schedule.document(self._config, state, now)
            return web.json_response(shown)

        return MetricsServer(
            self._registry,
            port,
            routes=[
                web.get("/api/status", status),
                readiness(self.vitals.look),
                webhook(
                    lambda: self._config.incidents.match,
                    self._incidents,
                    lambda payload: self.submit(payload, ALERTMANAGER),
                ),
            ],
            before_scrape=lambda: self.telemetry.show(self.autopilot.state),
            dead=self.vitals.dead,
        )

    def run(self, until: Callable[[State], bool] = lambda _state: False) -> None:
        """Step until `stop` is set or `until` holds. Raises FencedError when another controller took over."""
        while not self.stop.is_set() and not until(self.autopilot.state):
            if self.reload.is_set():
                self.reload.clear()
                self._reload()
            wait = self._step()
            if wait > 0:
                self.stop.wait(wait)

    def _step(self) -> float:
        if jump := self._clock.jumped():
            text = f"the clock jumped by {jump:+.1f} s; leases and windows follow the new time"
            self._say(text, "clock_jumped", "warning")
        now, before, began = self._clock.now(), self.autopilot.state, time.monotonic()
        self.vitals.pulse = replace(self.vitals.pulse, step_since=began)
        try:
            emergency_note.take(self._place, self.journal, now)
            wait = self.autopilot.step(now)
            ended = time.monotonic()
            self.vitals.pulse = Pulse(ended)
            self._worked(before, now, ended - began)
            if self.autopilot.state.seq != self._told:
                self._tell_new(ended - began)
        except FencedError:
            raise
        except AutopilotError as error:
            return self._hold(error)
        return wait

    def _worked(self, before: State, now: float, seconds: float) -> None:
        """Count the time of a step that began with the state `before`."""
        self.telemetry.stepped(now)
        self.telemetry.worked(before.phase, seconds)
        if (cycle := before.cycle or self.autopilot.state.cycle) is not None:
            self._busy.add(cycle.number, "starting" if before.cycle is None else before.phase, seconds)

    def _tell_new(self, seconds: float) -> None:
        """Tell every event that stands in the journal since the last one that was told."""
        for event in self.journal.read(after=self._told):
            self._told = event.seq
            self._tell(event, seconds)

    def _tell(self, event: Event, seconds: float) -> None:
        """Log an event of the step that has just taken some seconds, and act on what is for the process."""
        payload, sentence = event.payload, self._narrate(event)
        text = f"event {event.seq} {payload.kind} by {event.actor}" + (f": {sentence}" if sentence else "")
        self._say(text, payload.kind, "warning" if concerning(payload) else "info")
        if isinstance(payload, ev.CanaryLooked):
            self.telemetry.looked(seconds)
        elif isinstance(payload, ev.CycleEnded):
            self._say(self._busy.text(payload.cycle), "cycle_cost")
        elif isinstance(payload, ev.ConfigLoaded):
            loaded_config.keep(self._place, self.autopilot.config)
        elif isinstance(payload, ev.ConfigChanged) and payload.digest != self.autopilot.state.config_digest:
            self.reload.set()

    def _hold(self, error: AutopilotError) -> float:
        if str(error) != self.vitals.pulse.held:
            self._say(f"held: {error}", "held", "error")
        self.vitals.pulse = Pulse(time.monotonic(), held=str(error))
        return RETRY

    def _reload(self) -> None:
        """Read the configuration again and go over to it; one that is wrong leaves everything as it is."""
        if self._source is None:
            return
        try:
            config = self._source()
            news = wiring.reconfigure(self.autopilot, config, self._place, self.telemetry)
        except AutopilotError as error:
            self.vitals.refused = str(error)
            self.telemetry.reloaded(self._clock.now(), ok=False)
            self._say(f"reload refused, the configuration stays as it was: {error}", "reload_refused", "error")
            return
        self._config, self.vitals.refused = config, ""
        self.telemetry.reloaded(self._clock.now(), ok=True)
        said = "; ".join(news.changes) or "no setting has changed"
        self._say(f"configuration read again: {said}", "reloaded")
