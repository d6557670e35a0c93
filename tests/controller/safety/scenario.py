"""What happens in a world, act by act, so that it can go on after a kill at any point."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.autopilot import Autopilot
from controller.journal.event import Payload
from controller.journal.state import State
from tests.controller.safety.disk import Disk
from tests.controller.safety.points import watched

TEMPORARY = re.compile(r"\.[a-z0-9_]{8}$")  # what mkstemp makes up


@dataclass(frozen=True)
class Act:
    """One thing that happens.

    Attributes:
        do: lets it happen; the controller that runs is given.
        done: whether the disk shows that it has happened already.
        given: what is so from this act on, whoever is killed: not of the autopilot's making.
    """

    do: Callable[[Disk, Autopilot], object]
    done: Callable[[Disk, State], bool]
    given: Callable[[Disk], object] = lambda _world: None


def asked(payload: Payload) -> Act:
    """Return an operator's request; one that was killed before it stood in the journal is made again."""
    return Act(lambda world, _: world.submit(payload), lambda world, _: payload in world.events(type(payload)))


def until(holds: Callable[[State], bool]) -> Act:
    """Return the controller's work until something holds, for good."""
    return Act(lambda world, autopilot: world.drive(autopilot, holds), lambda _, state: holds(state))


@dataclass(frozen=True)
class Scenario:
    """A name, what happens, and the world in which it does.

    Attributes:
        name: for people.
        acts: what happens, in this order.
        effects: what its canaries do to each KPI.
        since: the act from which on it is unlike any other scenario.
        exact: whether a restart at once may not even shift the moments of what happens.
        sections: settings that are unlike other worlds'.
    """

    name: str
    acts: tuple[Act, ...]
    effects: dict[str, float]
    since: int = 0
    exact: bool = False
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)

    def world(self, folder: Path) -> Disk:
        """Return its world in a folder, as it is after whatever happened there."""
        folder.mkdir(parents=True, exist_ok=True)
        world = Disk(folder, **self.sections)
        world.evidence.effects = dict(self.effects)
        return world

    def play(self, world: Disk, begin: int = 0, entered: Callable[[int], object] = lambda _act: None) -> None:
        """Start a controller and let happen what has not happened yet, from an act on; `entered` hears each."""
        for act in self.acts[: begin + 1 if begin else 0]:
            act.given(world)
        autopilot = world.controller()
        for number, act in enumerate(self.acts[begin:], begin):
            entered(number)
            act.given(world)
            if not act.done(world, world.state()):
                act.do(world, autopilot)
            world.step(autopilot)


@dataclass(frozen=True)
class Image:
    """What the disk held just before an effect: when that was, and at which act."""

    folder: Path
    now: float
    before: str
    act: int


def digest(folder: Path) -> str:
    """Return a hash of everything in a folder; what is made up and what a database rebuilds do not count."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=_name):
        if path.is_file() and not path.name.endswith("-shm"):
            found.update(f"{_name(path)}\0{path.stat().st_mode}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def _name(path: Path) -> str:
    return TEMPORARY.sub(".temporary", str(path))


@dataclass
class Camera:
    """Keeps what a kill at each point would leave: a copy of the disk just before each effect, equal ones once.

    Attributes:
        world: whose disk.
        folder: where the copies go.
        since: the act from which on copies are kept.
        images: one for each state of the disk and moment.
        points: names of the effects, in order.
        taken: the image of each point; equal ones next to each other are one.
    """

    world: Disk
    folder: Path
    since: int = 0
    images: list[Image] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    taken: list[Image] = field(default_factory=list)
    _act: int = 0
    _last: tuple[str, float] | None = None
    _busy: bool = False

    def entered(self, act: int) -> None:
        """Take note of the act that begins."""
        self._act = act

    def point(self, name: str) -> None:
        """Take an image."""
        if self._busy or self._act < self.since:
            return  # the camera's own effects
        self._busy = True
        try:
            self.points.append(name)
            here = self.world.path.parent
            if (seen := (digest(here), self.world.now)) != self._last:
                self._last = seen
                copy = self.folder / f"{len(self.images):03d}"
                shutil.copytree(here, copy)
                self.images.append(Image(copy, self.world.now, name, self._act))
            self.taken.append(self.images[-1])
        finally:
            self._busy = False


def filmed(scenario: Scenario, world: Disk, folder: Path, begin: int = 0) -> Camera:
    """Play a scenario, from an act on, and return what a kill at each of its points leaves."""
    camera = Camera(world, folder, max(scenario.since, begin))
    camera.entered(begin)
    with watched(camera.point):
        scenario.play(world, begin, camera.entered)
    camera.point("the end")
    return camera


@contextmanager
def recovered(scenario: Scenario, image: Image, away: float = 0.0) -> Iterator[Disk]:
    """Hand out the world in which a scenario went on from an image, after some seconds without a controller."""
    world = scenario.world(image.folder)
    world.now = image.now + away
    try:
        scenario.play(world, image.act)
        yield world
    finally:
        world.close()
