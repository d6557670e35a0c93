"""Processes that die of SIGKILL at each point of one whole promoted cycle leave what `test_every_point` recovers from.

The points are the same, one process for each (`victim`), in the same order; the last process finds no further point and
lives. Caches, locks, and files that were half-written are real here. What each leaves is compared with the copy of the
disk that was taken at that point: every file, and every event as a controller reads it. From some of the dead folders
themselves a controller goes on, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from controller.journal.store import Journal
from controller.stack.checkout import checkout
from tests.controller.safety.disk import plain, sound, story
from tests.controller.safety.scenario import TEMPORARY, Image, filmed, recovered
from tests.controller.safety.scenarios import SCENARIOS

PROMOTED = SCENARIOS[0]
EACH = 10  # of the dead folders, one in so many is recovered as well


def _left(folder: Path) -> list[Image]:
    """Return what was left by a process that died at each point."""
    command = (sys.executable, "-m", "tests.controller.safety.victim", PROMOTED.name, str(folder))
    single = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # threads do not survive a fork
    done = subprocess.run(command, cwd=checkout(), env=single, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Image(Path(one.pop("folder")), **one) for one in json.loads(done.stdout)]


def _contents(folder: Path) -> dict[str, Any]:
    """Return what a folder holds; who wrote it does not count."""
    journal = folder / "journal.db"
    found: dict[str, Any] = {
        TEMPORARY.sub(".temporary", str(path.relative_to(folder))): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(journal.name)
    }
    if journal.is_file():
        with Journal(journal, "reader") as opened:
            found["events"] = [
                (event.at, event.actor, event.payload.model_dump_json(exclude={"pid"})) for event in opened.read()
            ]
    return found


@pytest.mark.slow(20)
def test_a_process_that_dies_of_sigkill_at_any_point_of_a_cycle_leaves_what_a_restart_can_end(tmp_path: Path) -> None:
    left = _left(tmp_path)
    whole = PROMOTED.world(tmp_path / "filmed")
    camera = filmed(PROMOTED, whole, tmp_path / "images")
    expected = plain(story(whole, exact=True))
    assert len(left) == len(camera.taken) - 1  # nobody is killed after the end
    for number, (dead, image) in enumerate(zip(left, camera.taken, strict=False)):
        assert (dead.before, dead.act, dead.now) == (camera.points[number], image.act, image.now)
        assert _contents(dead.folder) == _contents(image.folder), f"died before {dead.before}: {dead.folder}"
    for dead in left[::EACH]:
        with recovered(PROMOTED, dead) as world:
            sound(world)
            assert plain(story(world, exact=True)) == expected
    whole.close()
