"""One parameter at a time: keep its direction while it succeeds, turn it round when it fails, go on to the next."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from controller.trials.simulation.proposers.unit import Unit
from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values


class Coordinate:
    """Coordinate search with remembered signs.

    A canary that is promoted is followed by another step of the same parameter the same way. Any other end turns that
    parameter's sign round for its next turn, unless the measured effect was positive, and hands over to the next one.

    Args:
        task: what is told of the plant.
        rng: draws the order and the first signs.
    """

    def __init__(self, task: Task, rng: np.random.Generator) -> None:
        self._primary = task.primary
        self._unit = Unit(task.bounds)
        self._order = [int(index) for index in rng.permutation(self._unit.size)]
        self._signs = rng.choice([-1.0, 1.0], self._unit.size)
        self._turn = 0

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Take no note: steps are compared with their base by their canary."""

    def propose(
        self,
        day: float,  # noqa: ARG002 - part of the protocol
        values: Values,
        box: Box,
        rng: np.random.Generator,  # noqa: ARG002 - all was drawn at the beginning
    ) -> Idea | None:
        """Return the largest step of the parameter whose turn it is; None when no parameter can move."""
        now = self._unit.point(values)
        low, high = self._unit.box(box)
        for later in range(self._unit.size):
            index = self._order[(self._turn + later) % self._unit.size]
            for sign in (self._signs[index], -self._signs[index]):
                target = high[index] if sign > 0 else low[index]
                if (target - now[index]) * sign > 0:
                    name = self._unit.names[index]
                    tried = {**values, name: box[name][1 if sign > 0 else 0]}
                    way = "up" if sign > 0 else "down"
                    return Idea(tried, rationale=f"{name} {way}, as far as the box allows")
        return None

    def learn(self, trial: Trial) -> None:
        """Remember the sign, and whose turn it is."""
        moved = self._unit.point(trial.tried) - self._unit.point(trial.base)
        index = int(np.argmax(np.abs(moved)))
        if moved[index] == 0.0:
            return
        gain = trial.effects[self._primary].mean if self._primary in trial.effects else 0.0
        sign = float(np.sign(moved[index]))
        self._signs[index] = sign if trial.promoted or gain > 0 else -sign
        self._turn = self._order.index(index) + (0 if trial.promoted else 1)


def make(task: Task, rng: np.random.Generator) -> Coordinate:
    """Return it."""
    return Coordinate(task, rng)
