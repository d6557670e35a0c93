"""A proposer that is made anew after a crash proposes what an undisturbed twin does."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from controller.trials.simulation.box import SlidingBox
from controller.trials.simulation.proposers import PROPOSERS, proposer
from controller.trials.simulation.remembered import Remembered
from controller.trials.simulation.task import Idea, Trial
from controller.trials.simulation.world import Setting, World, task
from tests.controller.trials.simulation.plant_of_tests import Says, bowl, says, up

KNOWN = [name for name, where in PROPOSERS.items() if find_spec(where.partition(":")[0]) is not None]


def _twin(name: str) -> Remembered:
    told = task(bowl(), Setting())
    return Remembered(lambda: proposer(name)(told, np.random.default_rng([4, 2])))


@pytest.mark.parametrize("name", KNOWN)
def test_every_proposer_goes_on_as_if_nothing_had_happened(name: str) -> None:
    """What a disturbed world recorded is told to two twins; one of them crashes after each of the last steps."""
    pytest.importorskip({"tpe": "optuna", "cmaes": "cmaes"}.get(name, "numpy"))
    world = World(bowl(), proposer(name), Setting(days=7), 4)
    world.run()
    recorded = world._proposer._told
    assert recorded
    whole, crashed = _twin(name), _twin(name)
    box = SlidingBox(bowl().bounds, 0.1, None)
    for index, told in enumerate(recorded):
        for one in (whole, crashed):
            if isinstance(told, Trial):
                one.learn(told)
            else:
                one.observe(told.day, told.values, told.levels)
        if index >= len(recorded) - 4:
            crashed.restart()
        values = world.values
        asked = [
            one.propose(7.0, values, box.allowed(values, 7.0), np.random.default_rng([4, 2, index]))
            for one in (whole, crashed, crashed)
        ]
        assert asked[0] == asked[1] == asked[2]  # and asking changes nothing


def test_what_was_told_is_told_again_in_order_even_if_it_was_changed_meanwhile() -> None:
    made: list[Says] = []

    def make() -> Says:
        made.append(Says(up))
        return made[-1]

    found = Remembered(make)
    values = {"x": 0.0}
    found.observe(1.0, values, {})
    values["x"] = 9.0
    found.observe(2.0, values, {})
    found.restart()
    assert made[1].levels == [(1.0, {"x": 0.0}, {}), (2.0, {"x": 9.0}, {})]


def test_a_proposer_cannot_spoil_what_the_world_knows() -> None:
    """It gets copies of the values and the box."""
    seen = []

    def spoils(values: object, box: object, rng: np.random.Generator) -> Idea | None:  # noqa: ARG001
        if isinstance(values, dict) and isinstance(box, dict):
            seen.append(dict(values))
            values.clear()
            box.clear()
        return None

    world = World(bowl(), says(spoils), Setting(days=1), 0)
    world.run()
    assert seen == [bowl().start] * 2
    assert world.values == bowl().start
