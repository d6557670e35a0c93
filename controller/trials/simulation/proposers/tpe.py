"""Optuna's tree-structured Parzen estimator (Bergstra et al. 2011, Watanabe 2023), multivariate, with constraints.

The study holds every trial with its level as far as it is known: that of the values in force plus the measured effect;
and all values that were ever in force, with their mean level. Guardrails are Optuna's constraints. The search space is
that of the hard bounds, and what is sampled is carried into the box: on development seeds that has clearly less regret
than ranges that follow the box, within which samples crowd too near to the values in force to prove anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.samplers import TPESampler
from optuna.trial import FrozenTrial, TrialState, create_trial

from controller.trials.simulation.proposers import goal
from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values

STARTUP = 5  # trials before TPE begins: better on development seeds than Optuna's 10, for a month has but 60
SEEDS = 2**31 - 1


@dataclass
class Seen:
    """Values that were in force, and every look at their levels."""

    values: Values
    levels: list[Mapping[str, Estimate]] = field(default_factory=list)


class Tpe:
    """Optuna's TPE, asked for relative samples of a study that is filled from outside.

    Args:
        task: what is told of the plant.
    """

    def __init__(self, task: Task) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._task = task
        self._levels: Mapping[str, Estimate] = {}
        self._space: dict[str, BaseDistribution] = {
            name: FloatDistribution(low, high) for name, (low, high) in task.bounds.items()
        }
        self._trials: list[FrozenTrial] = []
        self._forced: dict[tuple[float, ...], Seen] = {}

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Remember the levels, from which trials are reckoned, and as those of the values in force."""
        del day
        if goal.complete(levels, self._task):
            self._levels = dict(levels)
            point = {name: float(values[name]) for name in self._task.bounds}
            self._forced.setdefault(tuple(point.values()), Seen(point)).levels.append(self._levels)

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return the sampler's answer, carried into the box; uniform in the box while it has too few trials."""
        del day, values
        seed = int(rng.integers(SEEDS))
        sampler = TPESampler(n_startup_trials=STARTUP, multivariate=True, constant_liar=False, seed=seed)
        study = optuna.create_study(direction="maximize", sampler=sampler)  # a new one: it remembers what it was asked
        study.add_trials([*self._trials, *(self._known(seen) for seen in self._forced.values())])
        found = sampler.sample_relative(study, create_trial(state=TrialState.RUNNING), self._space)
        drawn = {name: float(rng.uniform(low, high)) for name, (low, high) in box.items()}
        wished = {name: float(found.get(name, drawn[name])) for name in box}
        tried = {name: min(max(wished[name], low), high) for name, (low, high) in box.items()}
        return Idea(tried, rationale="sampled by TPE" if found else "uniform, before TPE begins")

    def learn(self, trial: Trial) -> None:
        """Add the trial to the study, with what it is reckoned to reach and how far beyond its limits."""
        if self._levels and goal.complete(trial.effects, self._task):
            reached = self._levels[self._task.primary].mean + trial.effects[self._task.primary].mean
            self._trials.append(
                self._frozen(trial.tried, reached, goal.excess(self._levels, trial.effects, self._task))
            )

    def _known(self, seen: Seen) -> FrozenTrial:
        mean = {name: fmean(levels[name].mean for levels in seen.levels) for name in seen.levels[0]}
        beyond = {name: mean[name] - limit for name, limit in self._task.limits.items()}
        return self._frozen(seen.values, mean[self._task.primary], beyond)

    def _frozen(self, values: Values, reached: float, beyond: Mapping[str, float]) -> FrozenTrial:
        params = {name: float(values[name]) for name in self._space}
        return create_trial(value=reached, params=params, distributions=self._space, constraints=dict(beyond))


def make(task: Task, rng: np.random.Generator) -> Tpe:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return Tpe(task)
