"""Learners and aims for tests: two numbers `x` and `y` from 0 to 10, one primary KPI `gain`, one guardrail `cost`."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from controller.decide.learner.aim import Aim
from controller.decide.learner.bank import Prior
from controller.decide.learner.candidates import Box
from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.space import Axis, Space
from controller.decide.utility import Term

X, Y = Axis("x", 0.0, 10.0, 0.01), Axis("y", 0.0, 10.0, 0.01)
MODE = Axis("mode", choices=("calm", "bold", "wild"))
SPACE = Space((X, Y))
BASE = {"x": 5.0, "y": 5.0}
SE = 0.1


def prior(space: Space = SPACE, slope: float = 0.0, sd: float = 0.5) -> Prior:
    """Return the same belief about every number and choice."""
    count = len(space.numbers)
    switches = sum(len(axis.choices) for axis in space.choices)
    return Prior(np.full(count, slope), np.full(count, sd), np.full(switches, sd), 0.02)


def mind(
    space: Space = SPACE, slope: float = 0.0, sd: float = 0.5, kpis: tuple[str, ...] = ("gain", "cost")
) -> Learner:
    """Return a learner that knows nothing yet; `slope` is believed of the first KPI alone."""
    return Learner(space, {kpi: prior(space, slope if kpi == kpis[0] else 0.0, sd) for kpi in kpis})


def box(low: float = 3.0, high: float = 7.0) -> Box:
    """Return an interval for both numbers, and every choice."""
    return Box({"x": (low, high), "y": (low, high)}, {"mode": MODE.choices})


def aim(*guards: Guard, terms: tuple[Term, ...] = (), errors: Mapping[str, float] | None = None) -> Aim:
    """Return an aim for `gain`."""
    return Aim(
        primary="gain",
        terms=(Term("gain", 1.0, 1.0, 1.0), *terms),
        guards=guards,
        errors={"gain": SE, "cost": SE} if errors is None else errors,
        benefit=2.0,
        safety=1.6,
    )


def rail(rise: float = math.inf, upper: float = math.inf) -> Guard:
    """Return a guardrail on `cost`, of which less is better."""
    return Guard("cost", upper=upper, rise=rise)
