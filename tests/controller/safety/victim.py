"""A program that dies at every point of a scenario: `python -m tests.controller.safety.victim SCENARIO FOLDER`.

For each point a process of its own plays the scenario in a folder of its own, and kills itself there with SIGKILL; the
last one finds no further point, and lives. Prints what was left of each dead one as JSON: its folder, the world's time,
the act, and the effect that did not happen.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import NoReturn

from tests.controller.safety.points import watched
from tests.controller.safety.scenario import Image, Scenario
from tests.controller.safety.scenarios import SCENARIOS


def _die(scenario: Scenario, folder: Path, last: int, said: int) -> NoReturn:
    """Play until point number `last`, write what stands there to the file descriptor `said`, and die; else live."""
    world = scenario.world(folder)
    seen, act = 0, 0
    tell = os.write

    def entered(number: int) -> None:
        nonlocal act
        act = number

    def point(name: str) -> None:
        nonlocal seen
        if seen == last:
            tell(said, json.dumps(asdict(Image(folder, world.now, name, act)), default=str).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        seen += 1

    with watched(point):
        scenario.play(world, entered=entered)
    os._exit(0)


def main() -> None:
    """Die at each point, one process after the other."""
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == sys.argv[1])
    folder, left = Path(sys.argv[2]), []
    for number in count():
        heard, said = os.pipe()
        own = folder / f"{number:03d}"
        if (child := os.fork()) == 0:
            _die(scenario, own, number, said)
        os.close(said)
        told = os.read(heard, 10_000)
        os.close(heard)
        _, status = os.waitpid(child, 0)
        if status == 0:
            own.rename(folder / "whole")
            break
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"the process of point {number} ended otherwise: {status}")
        left.append(json.loads(told))
    print(json.dumps(left))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
