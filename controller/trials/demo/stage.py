"""The stage: a stack of the demo's own, its history, and what acts need to watch and act on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import requests
import yaml

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.prometheus import Prometheus
from controller.cli.narrate import sentence
from controller.connection import connection
from controller.desk.desk import Desk
from controller.journal.event import Event
from controller.journal.store import Journal
from controller.place import Place
from controller.stack.checkout import checkout
from controller.stack.files import make_folders, write_files
from controller.stack.layout import Layout
from controller.stack.plan import ProcessSpec, plan
from controller.stack.ports import free_endpoints
from controller.stack.running import RunningStack, running_stack
from controller.stack.servers import find_servers
from controller.trials.demo.failure import ActFailedError
from controller.trials.demo.narrator import Narrator
from controller.trials.demo.past import Past, make_blocks, make_history
from controller.trials.demo.settings import RATE, SEED, TIMING, Settings, shortened
from exporter import names, promql
from exporter.catalog import CATALOG
from exporter.endpoints import Endpoints

Found = TypeVar("Found")
POLL = 0.3  # seconds between looks while an act waits
SIMULATION = 9.0  # seconds that a day of history may take; it ends that far in the future, so that no gap follows it
DAILY = 24 / 60  # hours per second of step of such a day


@dataclass
class Stage:
    """What an act may use."""

    folder: Path
    layout: Layout
    endpoints: Endpoints
    stack: RunningStack
    prometheus: Prometheus
    desk: Desk
    narrator: Narrator
    clock: Clock = field(default_factory=Clock)
    told: int = 0
    _waiting: list[Event] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Tell one thing."""
        self.narrator.say(text)

    def wait_for(self, what: str, look: Callable[[], Found | None], seconds: float) -> Found:
        """Look until something true is seen, and return it. Raises ActFailedError after `seconds`."""
        deadline = time.monotonic() + seconds
        with self.narrator.waiting(what):
            while True:
                found = look()
                if found:
                    return found
                if time.monotonic() > deadline:
                    raise ActFailedError(f"waited {seconds:g} s in vain for {what}")
                time.sleep(POLL)

    def number(self, query: str) -> float | None:
        """Return the first value that a query answers now, None when it answers nothing."""
        answer = self.prometheus.instant(query, self.clock.now())
        return float(answer.series[0].values[-1]) if answer.series else None

    def by_label(self, query: str, label: str) -> dict[str, float]:
        """Return a query's values now, by one of their labels."""
        answer = self.prometheus.instant(query, self.clock.now())
        return {series.labels.get(label, ""): float(series.values[-1]) for series in answer.series}

    def arms(self, parameter: str) -> dict[str, float]:
        """Return a parameter's value in each arm, as the service applies it."""
        value = CATALOG.metric("vvtv_parameter_value").name
        return self.by_label(f"{value}{{{promql.matcher(names.PARAMETER, parameter)}}}", names.VARIANT)

    def equal_arms(self, parameter: str) -> dict[str, float]:
        """Return a parameter's value in each arm once they are all the same; nothing while they differ."""
        arms = self.arms(parameter)
        return arms if len(set(arms.values())) == 1 else {}

    def paged(self) -> list[str]:
        """Return the names of the alerts that Alertmanager holds as active."""
        reply = requests.get(f"{self.endpoints.url('alertmanager')}/api/v2/alerts?active=true", timeout=5)
        reply.raise_for_status()
        return sorted(alert["labels"]["alertname"] for alert in reply.json())

    def events(self) -> list[Event]:
        """Return the journal's events that were not told yet, and tell them."""
        with Journal(self.desk.place.journal, "demo") as journal:
            found = list(journal.read(after=self.told))
        for event in found:
            self.tell(event)
        return found

    def skip_events(self) -> None:
        """Tell what was not told yet, and wait for none of it any more."""
        self.events()
        self._waiting.clear()

    def tell(self, event: Event) -> None:
        """Tell one event of the journal, once; looks only now and then."""
        self.told = max(self.told, event.seq)
        payload: Any = event.payload
        if event.payload.kind == "canary_looked" and payload.verdict == "undecided" and payload.look % 5 != 0:
            return
        if text := sentence(event):
            self.say(f"journal {event.seq}: {text}")

    def wait_event(self, kind: str, seconds: float, what: str) -> Event:
        """Wait for the next event of a kind after the last one waited for. Raises ActFailedError."""

        def look() -> Event | None:
            self._waiting += self.events()
            for index, event in enumerate(self._waiting):
                if event.payload.kind == kind:
                    del self._waiting[: index + 1]
                    return event
            self._waiting.clear()
            return None

        return self.wait_for(what, look, seconds)


def _specs(endpoints: Endpoints, layout: Layout, narrator: Narrator) -> tuple[tuple[ProcessSpec, ...], Path]:
    with narrator.waiting("finding Prometheus and Alertmanager"):
        servers = find_servers()
    options = ("--rate", f"{RATE:g}", "--window", str(TIMING.scrape_interval), "--seed", str(SEED))
    specs = tuple(
        replace(spec, arguments=(*spec.arguments, *options)) if spec.name == "service" else spec
        for spec in plan(endpoints, layout, servers)
    )
    return specs, servers.promtool


def _configure(layout: Layout, endpoints: Endpoints, settings: Settings) -> None:
    source = layout.root / "autopilot.demo.yaml"
    document = yaml.safe_load((checkout() / "autopilot.yaml").read_text(encoding="utf-8"))
    document["golden"]["folder"] = str(checkout())  # the cases stay where they are
    source.write_text(yaml.safe_dump(shortened(document, settings), sort_keys=False), encoding="utf-8")
    write_files(layout, endpoints, TIMING, autopilot=source)


def _history(layout: Layout, promtool: Path, past: Past, narrator: Narrator, clock: Clock) -> None:
    end = clock.now() + SIMULATION * past.coarse.hours / past.coarse.step / DAILY
    start = time.monotonic()
    files = make_history(
        layout.root / "history", end, past, lambda share: narrator.share("simulating the history", share)
    )
    with narrator.waiting("backfilling Prometheus"):
        make_blocks(promtool, files, layout.prometheus)
    took = time.monotonic() - start
    with narrator.waiting("waiting for the simulated past to end"):
        time.sleep(max(0.0, end - clock.now()))
    narrator.say(
        f"history: {past.text}, made under a simulated clock and backfilled through promtool in {took:.0f} s; "
        "what follows is live"
    )


@contextmanager
def open_stage(folder: Path, narrator: Narrator, past: Past, settings: Settings) -> Iterator[Stage]:
    """Build the stack with its history, start it, hand it out, and stop it whatever happens.

    Raises:
        AutopilotError: servers missing, ports taken, folder not writable; says what to do.
    """
    layout, endpoints, clock = Layout((folder / "stack").resolve()), free_endpoints(), Clock()
    make_folders(layout)
    _configure(layout, endpoints, settings)
    specs, promtool = _specs(endpoints, layout, narrator)
    _history(layout, promtool, past, narrator, clock)
    config = read_config(layout.autopilot)
    place = Place(layout.controller, layout.live_parameters)
    with ExitStack() as resources:
        with narrator.waiting("starting the stack"):
            stack = resources.enter_context(running_stack(specs, layout.logs))
        for spec in specs:
            narrator.say(f"{spec.name} runs on {endpoints.url(spec.name)}")
        prometheus = resources.enter_context(Prometheus(connection(config)))
        desk = Desk(config, place, clock, "demo")
        yield Stage(folder, layout, endpoints, stack, prometheus, desk, narrator, clock)
