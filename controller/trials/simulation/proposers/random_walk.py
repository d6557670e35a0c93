"""Uniform in the box: whoever is not better than this has learnt nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values


class RandomWalk:
    """Draws every parameter anew at every opportunity."""

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Take no note."""

    def propose(
        self,
        day: float,  # noqa: ARG002 - part of the protocol
        values: Values,  # noqa: ARG002
        box: Box,
        rng: np.random.Generator,
    ) -> Idea | None:
        """Return a point of the box, all equally likely."""
        drawn = {name: min(float(rng.uniform(low, high)), high) for name, (low, high) in box.items()}
        return Idea(drawn, rationale="uniform in the box")

    def learn(self, trial: Trial) -> None:
        """Take no note."""


def make(task: Task, rng: np.random.Generator) -> RandomWalk:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return RandomWalk()
