"""Safe Bayesian optimisation in the manner of SafeOpt (Sui et al. 2015; Berkenkamp et al. 2016).

Every response is a Gaussian process. A candidate of the box is safe when each guardrail's mean plus two standard
deviations keeps the limit; of the safe ones the highest upper confidence bound of the primary response is tried. When
none is safe, the one that is least beyond. The expanders of the original are left out: the bound explores by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from controller.model import Floats
from controller.trials.simulation.proposers import goal
from controller.trials.simulation.proposers.gp import Kernel, Posterior, Seen, fitted
from controller.trials.simulation.proposers.unit import Unit
from controller.trials.simulation.task import Box, Estimate, Idea, Range, Task, Trial, Values

SAFE = 2.0  # standard deviations
OPTIMISM = 2.0  # standard deviations
TRIALS, LOOKS = 40, 20  # newest that are kept
STAY = 3.0  # days over which levels of the same values are one observation
FIRST = Kernel(1.2, 12.0, 300.0)  # before anything is known; its scale in standard errors of a canary
REFIT = 5  # trials
WIDE = 1.96


class SafeGp:
    """A Gaussian process per response, told of levels and of effects.

    Args:
        task: what is told of the plant.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._unit = Unit(task.bounds)
        self._looks: list[tuple[Floats, list[Mapping[str, Estimate]]]] = []  # point [d + 1] of the first look, levels
        self._trials: list[Trial] = []
        self._learnt = 0
        self._kernels = {
            name: Kernel(FIRST.length, FIRST.scale * task.canary_se, FIRST.memory)
            for name in (task.primary, *task.limits)
        }

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Remember the levels; those of the same values within `STAY` days are averaged."""
        if not goal.complete(levels, self._task):
            return
        point = self._point(values, day)
        if not (self._looks and (self._looks[-1][0][:-1] == point[:-1]).all() and day - self._looks[-1][0][-1] < STAY):
            self._looks = [*self._looks, (point, [])][-LOOKS:]
        self._looks[-1][1].append(dict(levels))

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return the safe candidate of the highest upper confidence bound."""
        low, high = self._unit.box(box)
        now = self._unit.point(values)
        candidates = _candidates(now, low, high, rng)
        points = np.column_stack([candidates, np.full(len(candidates), day)])
        known = {name: Posterior(kernel, self._seen(name)) for name, kernel in self._kernels.items()}
        beyond = np.zeros(len(candidates))
        for name, limit in self._task.limits.items():
            mean, sd = known[name].at(points)
            beyond += np.maximum(mean + SAFE * sd - limit, 0.0)
        mean, sd = known[self._task.primary].at(points)
        best = int(np.argmin(beyond))
        if beyond[best] == 0.0:
            best = int(np.argmax(np.where(beyond == 0.0, mean + OPTIMISM * sd, -np.inf)))
        predicted = {name: self._range(one, points[best], self._point(values, day)) for name, one in known.items()}
        why = "upper confidence bound" if beyond[best] == 0.0 else "no candidate is surely safe: least beyond"
        return Idea(self._unit.values(candidates[best], box), predicted, why)

    def learn(self, trial: Trial) -> None:
        """Remember the effects; now and then choose the kernels anew."""
        if not goal.complete(trial.effects, self._task):
            return
        self._trials = [*self._trials, trial][-TRIALS:]
        self._learnt += 1
        if self._learnt % REFIT == 0:
            self._kernels = {name: fitted(self._seen(name), self._task.canary_se) for name in self._kernels}

    def _point(self, values: Values, day: float) -> Floats:
        return np.append(self._unit.point(values), day)

    def _seen(self, name: str) -> Seen:
        """Return the looks as sums of one point, the trials as differences of two."""
        looks, trials = len(self._looks), len(self._trials)
        tried = [self._point(one.tried, one.day) for one in self._trials]
        base = [self._point(one.base, one.day) for one in self._trials]
        points = np.array([*(point for point, _ in self._looks), *tried, *base])
        design = np.zeros((looks + trials, looks + 2 * trials))
        design[np.arange(looks + trials), np.arange(looks + trials)] = 1.0
        design[looks + np.arange(trials), looks + trials + np.arange(trials)] = -1.0
        levels = [np.mean([one[name].mean for one in seen]) for _, seen in self._looks]
        precise = [seen[0][name].se / np.sqrt(len(seen)) for _, seen in self._looks]
        effects = [one.effects[name] for one in self._trials]
        return Seen(
            points.reshape(-1, self._unit.size + 1),
            design,
            np.array([*levels, *(effect.mean for effect in effects)]),
            np.array([*precise, *(effect.se for effect in effects)]),
        )

    def _range(self, known: Posterior, point: Floats, base: Floats) -> Range:
        mean, sd = known.difference(point, base)
        half = WIDE * float(np.hypot(sd, self._task.canary_se))
        return Range(mean, mean - half, mean + half)


def _candidates(now: Floats, low: Floats, high: Floats, rng: np.random.Generator) -> Floats:
    """Return points of the box, [N, d]: uniform ones, corners, single parameters, and all of them on smaller boxes."""
    size = len(now)
    uniform = rng.uniform(low, high, (120, size))
    corners = np.where(rng.random((60, size)) < 0.5, low, high)  # noqa: PLR2004 - both alike
    single = np.repeat(now[None], 2 * size, axis=0)
    single[np.arange(size), np.arange(size)] = low
    single[size + np.arange(size), np.arange(size)] = high
    large = np.vstack([uniform, corners, single])
    return np.vstack([now + reach * (large - now) for reach in (1.0, 0.5, 0.2)])


def make(task: Task, rng: np.random.Generator) -> SafeGp:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return SafeGp(task)
