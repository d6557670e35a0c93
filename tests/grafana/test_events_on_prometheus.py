"""Marks over the panels, from a real Prometheus: a controller's whole day is scraped, with restarts and outages.

Each thing that happened has one mark, at the second in which the journal has it, whatever the steps of the board.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from controller.autopilot import Autopilot
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.telemetry.telemetry import Telemetry
from exporter.catalog.controller import LAST_CHANGE
from exporter.names import KIND
from grafana.board import Event
from grafana.boards._events import EVENTS
from tests.controller.world import BAD, GOOD, SETTINGS, World, configuration, worlds
from tests.grafana.marks import marks
from tests.prometheus import running_prometheus

SCRAPE = 15.0
DATED = [event for event in EVENTS if event.dated]

pytestmark = pytest.mark.stack


@dataclass
class Day:
    """A controller that is scraped while it works; `begin` and `end` are of all samples, in unix seconds."""

    world: World
    autopilot: Autopilot
    samples: list[str] = field(default_factory=list)
    address: str = ""
    begin: float = 0.0
    end: float = 0.0

    def __post_init__(self) -> None:
        self.begin = self.world.now
        self._new()

    def _new(self) -> None:
        self._registry = CollectorRegistry()
        self._telemetry = Telemetry(self.world.config, self._registry)

    def live(self, seconds: float = 180.0) -> None:
        """Let the controller work, and scrape it."""
        until = self.world.now + seconds
        while self.world.now < until:
            self._work(self.world.now + SCRAPE)
            self._telemetry.show(self.autopilot.state)
            families = {family.name: family for family in self._registry.collect()}
            for one in families[LAST_CHANGE.name].samples:
                self.samples.append(f'{one.name}{{{KIND}="{one.labels[KIND]}"}} {one.value!r} {self.world.now}\n')
        self.end = self.world.now

    def _work(self, until: float) -> None:
        """Let the controller do its steps up to the next scrape; idle, it has one."""
        while self.world.now < until:
            wait = self.autopilot.step(self.world.now)
            idle = wait > 0 and self.autopilot.state.cycle is None
            self.world.now = until if idle else self.world.now + wait

    def down(self, seconds: float, *orders: Payload) -> None:
        """Let the controller be dead for some seconds, in the middle of which somebody gives orders; start another."""
        self.world.now += seconds / 2
        for order in orders:
            self.world.submit(order)
        self.world.now += seconds / 2
        self.autopilot = self.world.controller()
        self._new()

    def order(self, *orders: Payload) -> None:
        """Give orders, and let them be carried out."""
        for order in orders:
            self.world.submit(order)
        self.live()

    def canary(self, effects: dict[str, float], price: float) -> None:
        """Let a canary of a price go as it must."""
        self.world.evidence.effects = dict(effects)
        self.world.request(price=price)
        self.live()

    def when(self, kind: type[Payload], **having: object) -> list[float]:
        """Return when the journal has events of a kind, with some attributes."""
        return [
            event.at
            for event in self.world.read()
            if isinstance(event.payload, kind) and all(getattr(event.payload, k) == v for k, v in having.items())
        ]


def _lived(day: Day) -> None:
    """Live through everything that has a mark, and through restarts."""
    first = ev.RollbackRequested(version="0" * 64, values={"price": 1.0}, reason="back", force=True)
    day.live()
    day.down(30)
    day.live()
    day.canary(GOOD, 1.1)
    day.order(ev.PauseRequested(reason="release"))
    day.down(400)
    day.live()
    day.order(ev.ResumeRequested(reason="done"))
    day.canary(BAD, 1.2)
    day.order(first)
    day.down(1200, ev.EmergencyPauseRequested(reason="fire"))
    day.live()
    day.order(first)
    day.order(ev.ResumeRequested(reason="out"))
    day.canary(GOOD, 1.2)
    day.order(ev.DeployRequested(values={"price": 1.3}, reason="now", force=True))
    until = day.world.now + 300
    day.order(ev.BoundsOverrideRequested(parameter="price", low=0.8, high=1.4, until=until, reason="sale"))
    day.live()
    day.world.config = configuration(parameters={"price": {**SETTINGS["parameters"]["price"], "high": 1.2}})
    day.down(60)
    day.live()
    day.down(30)
    day.live()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder: Path = tmp_path_factory.mktemp("day")
    for world in worlds(folder / "world"):
        found = Day(world, world.controller())
        _lived(found)
        text = f"# TYPE {LAST_CHANGE.name} gauge\n" + "".join(found.samples)
        with running_prometheus(folder / "prometheus", text) as found.address:
            yield found


def _happened(day: Day) -> dict[str, list[float]]:
    rollbacks = day.when(ev.RolledBack)
    return {
        "Promotion": day.when(ev.Applied, outcome="promoted"),
        "Canary rolled back": day.when(ev.Applied, outcome="reverted"),
        "Rollback": rollbacks[:1],
        "Emergency rollback": rollbacks[1:],
        "Deployment": day.when(ev.Deployed),
        "Values moved by the configuration": day.when(ev.Adopted)[1:],
        "Bounds": [
            *day.when(ev.BoundsAdjusted, adjustment="overridden"),
            *day.when(ev.BoundsAdjusted, adjustment="restored"),
        ],
        "Configuration": day.when(ev.ConfigLoaded)[1:],
        "Paused": [*day.when(ev.PauseRequested), *day.when(ev.EmergencyPauseRequested)],
        "Resumed": day.when(ev.ResumeRequested),
    }


HOW_OFTEN = {
    "Promotion": 2,
    "Canary rolled back": 1,
    "Rollback": 1,
    "Emergency rollback": 1,
    "Deployment": 1,
    "Values moved by the configuration": 1,
    "Bounds": 2,
    "Configuration": 1,
    "Paused": 2,
    "Resumed": 2,
}


@pytest.mark.parametrize("event", DATED, ids=lambda event: event.name)
def test_what_happened_has_one_mark_where_it_happened(day: Day, event: Event) -> None:
    happened = _happened(day)[event.name]
    assert len(happened) == HOW_OFTEN[event.name]
    for step in (15.0, 60.0, 150.0):  # boards of an hour, of a day, of three
        assert marks(day.address, event, day.begin, day.end, step) == pytest.approx(happened, abs=0.001), step


def test_nothing_is_marked_at_a_start_or_a_restart_nor_twice_on_a_later_board(day: Day) -> None:
    promoted = min(min(times) for times in _happened(day).values())
    starts = day.when(ev.ControllerStarted)
    for event in DATED:
        assert marks(day.address, event, day.begin, promoted - 1, 15.0) == []
        assert marks(day.address, event, starts[-1] - SCRAPE, day.end, 15.0) == []


def test_what_was_ordered_while_nobody_scraped_stands_where_it_happened(day: Day) -> None:
    paused = next(event for event in DATED if event.name == "Paused")
    (fire,) = day.when(ev.EmergencyPauseRequested)
    before, after = (at for at in _scraped(day) if abs(at - fire) < 1000)
    assert before < fire - 500
    assert after > fire + 500
    assert marks(day.address, paused, fire - 1, after + 600, 15.0) == pytest.approx([fire], abs=0.001)


def _scraped(day: Day) -> list[float]:
    """Return the last scrape before each outage of more than ten minutes, and the first one after it."""
    times = sorted({float(line.rsplit(" ", 1)[1]) for line in day.samples})
    return [at for one, two in itertools.pairwise(times) if two - one > 600 for at in (one, two)]
