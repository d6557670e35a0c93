"""A controller, or a command, that is killed at any point: the next one ends everything as if nobody had been killed.

Enumerated are all side effects of each scenario (`points` says what is one), in the order in which they happen: those
of controllers, of operators' requests and of scheduled jobs. Each scenario is played once while the disk is copied just
before each effect and after the last one; what a kill there leaves is exactly such a copy, since a killed process does
nothing more. From each copy a new controller goes on, with nothing but the disk to remember by. This is complete: new
code that writes anything adds points without being named here. Scenarios that begin like another one are filmed from
where they differ (`Scenario.since`). `test_sigkill` shows that a real SIGKILL leaves what the copies hold.

The points fail once each, too, as a full disk makes them. With VVTV_EVERY_KILL=1 the recovery from each kill is killed
at each of its own points as well; that takes minutes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from controller.errors import StorageError
from controller.journal import event as ev
from tests.controller.safety.disk import plain, sound, story
from tests.controller.safety.points import watched
from tests.controller.safety.scenario import Scenario, asked, filmed, recovered, until
from tests.controller.safety.scenarios import SCENARIOS
from tests.controller.world import World

EVERY = "VVTV_EVERY_KILL"


def _versions(world: World) -> list[str]:
    folder = world.path.parent / "history"
    return sorted(path.name for path in folder.rglob("*.json*"))


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_kill_at_any_point_leaves_what_a_restart_ends_alike(scenario: Scenario, tmp_path: Path) -> None:
    whole = scenario.world(tmp_path / "whole")
    camera = filmed(scenario, whole, tmp_path / "images")
    sound(whole)
    expected, versions = plain(story(whole, exact=scenario.exact)), _versions(whole)
    assert len(camera.images) > camera.points.count("commit") > 0
    for image in camera.images:
        with recovered(scenario, image) as world:
            sound(world)
            assert plain(story(world, exact=scenario.exact)) == expected, (
                f"killed before {image.before}: {image.folder}"
            )
            assert _versions(world) == versions
    whole.close()


@pytest.mark.timeout(1800)
@pytest.mark.skipif(EVERY not in os.environ, reason=f"takes minutes; {EVERY}=1 runs it")
def test_a_second_kill_at_any_point_of_the_recovery_from_a_first_changes_nothing_either(tmp_path: Path) -> None:
    scenario, kills = SCENARIOS[0], 0
    whole = scenario.world(tmp_path / "whole")
    camera = filmed(scenario, whole, tmp_path / "images")
    expected = plain(story(whole, exact=True))
    for first in camera.images:
        world = scenario.world(first.folder)
        world.now = first.now
        again = filmed(scenario, world, tmp_path / "again", first.act)
        world.close()
        for second in again.images:
            with recovered(scenario, second) as twice:
                sound(twice)
                assert plain(story(twice, exact=True)) == expected, f"{first.before}, then {second.before}"
            kills += 1
        shutil.rmtree(tmp_path / "again")
    assert kills > len(camera.images)
    whole.close()


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS[:2], ids=lambda scenario: scenario.name)
def test_a_controller_that_was_away_for_longer_than_the_lease_ends_with_the_same_verdict(
    scenario: Scenario, tmp_path: Path
) -> None:
    whole = scenario.world(tmp_path / "whole")
    camera = filmed(scenario, whole, tmp_path / "images")
    for image in camera.images:
        with recovered(scenario, image, away=25.0) as world:
            sound(world)
            assert [decided.verdict for decided in world.events(ev.Decided)] == [whole.events(ev.Decided)[0].verdict]
            assert world.document().version == whole.document().version
    whole.close()


def _fails(name: str) -> NoReturn:
    if name == "commit":
        raise sqlite3.OperationalError("database or disk is full")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


DEPLOYMENT = Scenario(
    "deployment",
    (asked(ev.DeployRequested(values={"price": 1.4}, reason="now", force=True)), until(lambda s: not s.wanted)),
    {},
)


def test_a_disk_that_is_full_at_any_point_is_held_and_tried_again(tmp_path: Path) -> None:
    expected = ""
    for number in count():
        world, failed = DEPLOYMENT.world(tmp_path / str(number)), False
        seen = count()

        def point(name: str, number: int = number, seen: Iterator[int] = seen) -> None:
            nonlocal failed
            if next(seen) == number - 1:  # the first time, nothing fails
                failed = True
                _fails(name)

        with watched(point):
            done = False
            while not done:  # as `controller.process` does, or a supervisor that starts it again
                with contextlib.suppress(StorageError):
                    DEPLOYMENT.play(world)
                    done = True
        sound(world)
        expected = expected or plain(story(world, exact=False))
        assert plain(story(world, exact=False)) == expected
        world.close()
        if number and not failed:
            break
    assert number > 30
