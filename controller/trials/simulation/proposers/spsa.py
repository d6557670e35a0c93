"""Simultaneous perturbation stochastic approximation (Spall 1992, 1998): all parameters at once, two canaries a step.

A canary first probes a random corner direction; the difference it measures against the values in force estimates the
gradient along it. The next canary is the step along the estimate, averaged over the probes so far with fading weights
(Spall 1994). Gains fall as in Spall's guidelines: a / (A + k + 1)^0.602 and c / (k + 1)^0.101.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from controller.model import Floats
from controller.trials.simulation.proposers import goal
from controller.trials.simulation.proposers.unit import Unit
from controller.trials.simulation.task import Box, Estimate, Idea, Task, Trial, Values

ALPHA, GAMMA = 0.602, 0.101
STABILITY = 6.0  # A: a tenth of the canaries of a month
PROBE = 0.1  # c, of the bounds' width: as far as the box usually allows, for effects are small against their noise
STEP = 0.4  # of the bounds' width: the first steps, before the box cuts them off
FADE = 0.7  # weight of the gradients before in the average


class Spsa:
    """SPSA through canary differences.

    Args:
        task: what is told of the plant.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._unit = Unit(task.bounds)
        self._levels: Mapping[str, Estimate] = {}
        self._probes = 0
        self._average: Floats = np.zeros(self._unit.size)
        self._weight = 0.0
        self._size = 0.0  # sum of the gradient estimates' sizes, which scales the steps
        self._step_next = False

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:  # noqa: ARG002 - protocol
        """Remember the levels: room to the limits is measured from them."""
        if goal.complete(levels, self._task):
            self._levels = dict(levels)

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:  # noqa: ARG002
        """Return a probe, or the step after one."""
        now = self._unit.point(values)
        low, high = self._unit.box(box)
        if self._step_next:
            point = np.clip(now + self._step(), low, high)
            if np.abs(point - now).max() > 0:
                return Idea(self._unit.values(point, box), rationale="a step along the estimated gradient")
        reach = PROBE / (self._probes + 1) ** GAMMA
        signs = rng.choice([-1.0, 1.0], self._unit.size)
        signs = np.where(np.where(signs > 0, high - now, now - low) > 0, signs, -signs)  # away from a bound
        point = np.clip(now + reach * signs, low, high)
        return Idea(self._unit.values(point, box), rationale="a probe of all parameters at once")

    def learn(self, trial: Trial) -> None:
        """Take a probe into the gradient; a step that ended is followed by a probe."""
        if self._step_next:
            self._step_next = False
            return
        moved = self._unit.point(trial.tried) - self._unit.point(trial.base)
        reach = float(np.abs(moved).max())
        if reach == 0.0 or not self._levels or not goal.complete(trial.effects, self._task):
            return
        gradient = goal.gain(self._levels, trial.effects, self._task) / reach * np.sign(moved)
        self._average = FADE * self._average + (1 - FADE) * gradient
        self._weight = FADE * self._weight + (1 - FADE)
        self._probes += 1
        self._size += float(np.abs(gradient).max())
        self._step_next = True

    def _step(self) -> Floats:
        """Return a_k times the averaged gradient, [d]; `a` makes the first steps about `STEP` long."""
        if self._size == 0.0:
            return np.zeros(self._unit.size)
        scale = STEP * (STABILITY + 1) ** ALPHA / (self._size / self._probes)
        rate = scale / (STABILITY + self._probes) ** ALPHA
        step: Floats = rate * self._average / self._weight
        return step


def make(task: Task, rng: np.random.Generator) -> Spsa:  # noqa: ARG001 - every proposer is made like this
    """Return it."""
    return Spsa(task)
