"""CMA-ES (Hansen & Ostermeier 2001) by the package `cmaes`: ask a canary, tell a generation.

Points are on unit bounds. Samples are bounded by the hard bounds and carried into the box; what was really tried is
told. The mean is moved to the values in force whenever a canary is promoted. On development seeds both, and the wide
first distribution, have less regret than samples bounded by the box, a narrow start, or a mean left alone. Trials
beyond a guardrail's limit rank behind all others, by how far beyond (Deb 2000).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from cmaes import CMA

from controller.model import Floats
from controller.trials.simulation.proposers import goal
from controller.trials.simulation.proposers.unit import Unit
from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values

SIGMA = 0.4  # of the bounds' width, in the beginning
WORST = 1e6  # above every loss of a trial within its limits
SEEDS = 2**31 - 1


class CmaEs:
    """CMA-ES whose evaluations are canaries.

    Args:
        task: what is told of the plant.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._unit = Unit(task.bounds)
        self._levels: Mapping[str, Estimate] = {}
        bounds = np.tile([0.0, 1.0], (self._unit.size, 1))
        self._strategy = CMA(mean=self._unit.point(task.start), sigma=SIGMA, bounds=bounds, seed=0)
        self._told: list[tuple[Floats, float]] = []

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:  # noqa: ARG002 - protocol
        """Remember the levels, from which trials are reckoned."""
        if goal.complete(levels, self._task):
            self._levels = dict(levels)

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return a sample of the search distribution, carried into the box."""
        del day, values
        self._strategy.reseed_rng(int(rng.integers(SEEDS)))
        return Idea(self._unit.values(self._strategy.ask(), box), rationale="a sample of the search distribution")

    def learn(self, trial: Trial) -> None:
        """Tell a generation when it is complete; move the mean after a promotion."""
        if self._levels and goal.complete(trial.effects, self._task):
            self._told.append((self._unit.point(trial.tried), self._loss(trial)))
        if len(self._told) == self._strategy.population_size:
            self._strategy.tell(self._told)
            self._told = []
        if trial.promoted:
            self._strategy.mean[:] = self._unit.point(trial.tried)

    def _loss(self, trial: Trial) -> float:
        beyond = sum(max(0.0, one) for one in goal.excess(self._levels, trial.effects, self._task).values())
        if beyond > 0:
            return WORST + beyond
        return -(self._levels[self._task.primary].mean + trial.effects[self._task.primary].mean)


def make(task: Task, rng: np.random.Generator) -> CmaEs:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return CmaEs(task)
