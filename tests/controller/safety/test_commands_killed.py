"""Commands that act themselves, killed at every one of their points: a deployment without a controller, an emergency.

Without a controller, `force-deploy`, `rollback` and `run-once` are served by the command's own process, which takes the
lease, starts a controller, and ends it. An emergency pause writes the live file itself. Enumerated are all side effects
of such a command (`points`), its lease and its goodbye among them; from what a kill leaves at each of them

* the command is given again, as its operator would when it did not answer, and then does what it should, once;
* or a controller starts without it, and brings live file, journal and history in line with each other.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from controller import who
from controller.errors import ConflictError
from controller.journal import event as ev
from tests.controller.safety.disk import Disk, sound
from tests.controller.safety.points import watched
from tests.controller.safety.scenario import Camera
from tests.controller.safety.scenarios import CYCLE, looked

DEPLOYED = {"price": 1.4, "batch": 5}


@pytest.fixture
def _dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every lease be held by a process that is no more, as a killed one's is."""
    child = subprocess.Popen((sys.executable, "-c", ""))
    child.wait()
    monkeypatch.setattr(who, "holder", lambda: f"{socket.gethostname()}:{child.pid}")


def _with_a_canary(folder: Path) -> Disk:
    """Return a world whose controller died while a canary ran."""
    folder.mkdir(parents=True)
    world = Disk(folder)
    autopilot = world.controller()
    world.submit(CYCLE)
    world.drive(autopilot, looked)
    return world


def _images(tmp_path: Path, command: Callable[[Disk], object]) -> Camera:
    """Return what a kill at each point of a command leaves."""
    world = _with_a_canary(tmp_path / "whole")
    camera = Camera(world, tmp_path / "images")
    with watched(camera.point):
        command(world)
    camera.point("the end")
    world.close()
    return camera


def _deploy(world: Disk) -> None:
    world.desk().deploy({"price": 1.4}, "now", force=True)


def _stop(world: Disk) -> None:
    assert world.desk().emergency_pause("all stop").error is None


def _copy(folder: Path) -> Disk:
    """Return a world on a copy of a folder."""
    return Disk(shutil.copytree(folder, folder.with_name(f"{folder.name}-copy")))


def _started(world: Disk) -> None:
    """Start a controller and let it serve what stands there."""
    autopilot = world.controller()
    for _ in range(6):
        world.step(autopilot)


@pytest.mark.slow
@pytest.mark.usefixtures("_dead")
def test_a_deployment_that_serves_itself_is_killed_at_any_point_and_given_again(tmp_path: Path) -> None:
    camera = _images(tmp_path, _deploy)
    assert {"commit", "replace"} <= set(camera.points)
    for image in camera.images:
        for again in (True, False):
            world = _copy(image.folder) if again else Disk(image.folder)
            world.now = image.now
            asked = bool(world.events(ev.DeployRequested))
            if again:
                with contextlib.suppress(ConflictError):  # it was done before: those values are in force already
                    _deploy(world)
            _started(world)
            sound(world)
            done = world.events(ev.Deployed)
            assert len(done) == (again or asked), f"killed before {image.before}: {image.folder}"
            assert [end.outcome for end in world.events(ev.CycleEnded)] == ["aborted"] * (again or asked)
            assert (world.document().arms["control"] == DEPLOYED) == (again or asked)
            world.close()


@pytest.mark.slow
def test_an_emergency_pause_is_killed_at_any_point_and_given_again(tmp_path: Path) -> None:
    camera = _images(tmp_path, _stop)
    equal = False
    for image in camera.images:
        world = _copy(image.folder)
        world.now = image.now
        live = world.document()
        assert not (equal and live.canary is not None), "from its first effect on, the live file stays as it is"
        equal = live.canary is None
        _stop(world)
        assert world.document().canary is None
        _started(world)
        sound(world)
        assert world.state().emergency
        assert [end.outcome for end in world.events(ev.CycleEnded)] == ["aborted"]
        world.close()

        world = Disk(image.folder)
        world.now = image.now
        noted = bool(world.events(ev.EmergencyPauseRequested))
        _started(world)
        sound(world)
        assert world.state().emergency == noted
        assert (world.state().cycle is None) == noted
        world.close()
    assert equal
