"""The autopilot's own learner and proposer (controller.decide.learner), told no more than the others are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from controller.decide.learner.aim import Aim
from controller.decide.learner.bank import PEAKED, Prior
from controller.decide.learner.candidates import Box as Reach
from controller.decide.learner.confirm import doubt
from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.propose import propose
from controller.decide.learner.refusal import NoProposal
from controller.decide.learner.space import Axis, Space
from controller.decide.utility import Term
from controller.trials.simulation.task import Box, Estimate, Idea, Range, Task, Trial, Values

SIZE = 17.0  # standard errors of a canary: effect of half the bounds' width that is believed before any measurement
LEVEL_DRIFT = 0.3  # standard errors of a canary per square root of a day


class Kalman:
    """Learns from levels and trials; proposes the change of the highest expected promoted gain."""

    def __init__(self, task: Task) -> None:
        self._task = task
        space = Space(tuple(Axis(name, low, high) for name, (low, high) in task.bounds.items()))
        unknown = np.full(len(space.axes), SIZE * task.canary_se)
        rail = Prior(np.zeros(len(space.axes)), unknown, np.zeros(0), LEVEL_DRIFT * task.canary_se)
        self.learner = Learner(space, {task.primary: replace(rail, bend=PEAKED), **dict.fromkeys(task.limits, rail)})
        benefit, safety = task.needed
        self._aim = Aim(
            primary=task.primary,
            terms=(Term(task.primary, 1.0, 1.0, 1.0),),
            guards=tuple(Guard(name, upper=limit) for name, limit in task.limits.items()),
            errors=dict.fromkeys((task.primary, *task.limits), task.canary_se),
            benefit=benefit,
            safety=safety,
        )

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Learn the levels."""
        self.learner.advance(day)
        self.learner.see_levels(dict(values), levels)

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG002
        """Return the best change inside the box; None when none is worth a canary."""
        found = propose(self.learner, dict(values), Reach(box, {}), self._aim, rng)
        if isinstance(found, NoProposal):
            return None
        predicted = {one.kpi: Range(one.effect, one.low, one.high) for one in found.forecasts}
        return Idea({name: float(value) for name, value in found.values.items()}, predicted)

    def doubt(self, trial: Trial) -> str | None:
        """Return why a change that its canary would promote must not be."""
        return doubt(self.learner, self._aim.guards, dict(trial.base), dict(trial.tried), trial.effects)

    def learn(self, trial: Trial) -> None:
        """Learn the effects."""
        self.learner.learn(dict(trial.base), dict(trial.tried), trial.effects)


def make(task: Task, rng: np.random.Generator) -> Kalman:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return Kalman(task)
