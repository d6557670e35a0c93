"""Nobody changes anything: what regret is normalised by."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values


class Static:
    """Proposes nothing."""

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Take no note."""

    def propose(
        self,
        day: float,  # noqa: ARG002 - part of the protocol
        values: Values,  # noqa: ARG002
        box: Box,  # noqa: ARG002
        rng: np.random.Generator,  # noqa: ARG002
    ) -> Idea | None:
        """Return None."""
        return None

    def learn(self, trial: Trial) -> None:
        """Take no note."""


def make(task: Task, rng: np.random.Generator) -> Static:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return Static()
