"""A world whose live file, history and journal are real files, and what must hold of them after any accident."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller import wiring
from controller.adapters.atomic import write_atomic
from controller.adapters.clock import Clock
from controller.adapters.history import History
from controller.adapters.live_store import LiveFileStore
from controller.autopilot import Autopilot
from controller.config.config import Config
from controller.cycle.live import desired_live
from controller.desk.desk import Desk
from controller.journal import event as ev
from controller.journal import snapshot
from controller.journal.state import State
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.place import Place
from controller.ports import JobResult, Ports
from exporter.parameters import LiveParameters, parse
from tests.controller.world import World

SHORT: dict[str, Any] = {"duration": 20, "minimum_proceed": 6, "minimum_harm": 5}
MATTERS = (
    *("kind", "by", "cycle", "outcome", "verdict", "values", "version", "parameter", "low", "high", "adjustment"),
    *("request", "job", "ok", "action", "cause", "weight", "digest", "forced", "passed", "golden"),
)
LIFE = ev.ControllerStarted | ev.ControllerStopped


@dataclass
class InlineJobs:
    """Fulfils `Jobs`: a job is done before `run` returns, so that its effects come in one order."""

    place: Place
    config: Config
    journal: Journal
    running: str | None = field(default=None, init=False)

    def run(self, name: str, state: State, now: float) -> JobResult:
        """Do the job that a controller would do beside its steps; one that no part of it provides writes a file."""
        known = wiring.jobs(self.config, self.place, self.journal)
        if name in known:
            return known[name](state, now)
        write_atomic(self.place.state / "reports" / f"{name}.md", f"{name} at {now}\n".encode())
        return JobResult(ok=True, text="written")


class Disk(World):
    """A world on a disk. Its canaries are short."""

    def __init__(self, folder: Path, **sections: dict[str, Any]) -> None:
        self.place = Place(folder, folder / "live" / "live.json")
        self.sections = {**sections, "canary": {**SHORT, **sections.get("canary", {})}, "measure": {"window": 2}}
        super().__init__(folder, **self.sections)

    def store(self) -> LiveFileStore:
        """Return the live file as a controller of its own sees it."""
        return live_store(self.config, self.place)

    def controller(self, config: Config | None = None) -> Autopilot:
        """Return a new controller, started, with nothing but the disk to remember by."""
        self.config = config or self.config
        journal = self.open()
        ports = Ports(self.evidence, self.gate, self.store(), InlineJobs(self.place, self.config, journal))
        autopilot = Autopilot(self.config, journal, ports)
        autopilot.start(self.now)
        return autopilot

    def document(self) -> LiveParameters:
        """Return the live document as a service reads it. Raises ParameterError."""
        return parse(self.place.parameters.read_bytes(), self.config.specs)

    def desk(self) -> Desk:
        """Return an operator's desk, in the world's time."""
        return Desk(self.config, self.place, WorldClock(self), "ann")


class WorldClock(Clock):
    """Tells a world's time."""

    def __init__(self, world: World) -> None:
        self._world = world
        super().__init__()

    def now(self) -> float:
        """Return the world's seconds."""
        return self._world.now


def story(world: World, *, exact: bool) -> list[dict[str, Any]]:
    """Return what happened, whoever was the controller: every event but starts and stops, in order.

    Requests are named by their place in the story, since each start moves the numbers of the events after it. Unless it
    is to be exact, only what matters is told: a controller that starts between two polls of another sees what comes
    from outside up to a poll earlier or later, and looks at other moments.
    """
    found: list[dict[str, Any]] = []
    places: dict[int, int] = {}
    for event in world.read():
        if isinstance(event.payload, LIFE) or not (exact or not isinstance(event.payload, ev.CanaryLooked)):
            continue
        places[event.seq] = len(found)
        told = {**event.payload.model_dump(mode="json"), "by": event.actor, "at": event.at}
        if told.get("request") is not None:
            told["request"] = places[told["request"]]
        found.append(told if exact else {key: told[key] for key in MATTERS if key in told})
    return found


def sound(world: Disk) -> None:
    """Check what holds at any time at which a controller has looked after everything.

    The chain holds; snapshots say what their events say; every version verifies; each cycle has at most one verdict and
    one end; the live file alone stands in its folder, and is what the journal's last event asks for.
    """
    events = world.read()
    assert world.journal.verify() == len(events)
    assert snapshot.check(world.journal)[0].seq == len(events)
    for found in (world.events(ev.Decided), world.events(ev.Applied), world.events(ev.CycleEnded)):
        numbers = [payload.cycle for payload in found]
        assert len(set(numbers)) == len(numbers)
    live, state = world.document(), world.state()
    wanted = desired_live(world.config, state, world.now)
    assert (live.version, live.expires_at) == (wanted.version, wanted.expires_at)
    assert [path.name for path in world.place.parameters.parent.iterdir()] == ["live.json"]
    versions = {version.version for version in History(world.place.history).list()}
    assert {live.version, *_live_versions(world)} <= versions
    assert world.desk().verify()["live"] == live.version


def _live_versions(world: World) -> set[str]:
    """Return the versions that the journal says were in force."""
    kinds = ev.Adopted | ev.CanaryStarted | ev.CanaryStepped | ev.Applied | ev.RolledBack | ev.Deployed
    return {event.payload.version for event in world.read() if isinstance(event.payload, kinds)}


def plain(found: Any) -> str:
    """Return what can be compared as text: NaN is unlike itself."""
    return json.dumps(found, sort_keys=True, indent=1)
