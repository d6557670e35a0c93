"""Guardrails as constraints: a change is proposed only while each most likely keeps its limit and its margin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.decide.learner.response import Response
from controller.model import Floats

WAY_BACK = 0.05  # share of the way to a crossed limit that a change must most likely lead


@dataclass(frozen=True)
class Guard:
    """What a change must not do to one KPI, in its unit; infinite where nothing is asked.

    Attributes:
        kpi: its name.
        upper, lower: limits of its level.
        rise, fall: most that one change may move it up or down, positive numbers.
        tolerated: harm up to which a canary is not rolled back, however well it is proven.
    """

    kpi: str
    upper: float = math.inf
    lower: float = -math.inf
    rise: float = math.inf
    fall: float = math.inf
    tolerated: float = math.inf


def excess(guard: Guard, model: Response, base: Floats, rows: Floats, certainty: float) -> Floats:
    """Return by how much rows [N, A] may break a guard, [N]: at most 0 where it holds with the wanted certainty.

    Args:
        guard: the constraint.
        model: of its KPI.
        base: values in force, [A].
        rows: candidates.
        certainty: standard deviations by which the prediction must stay clear (a chance constraint for normal errors).
    """
    worst = np.full(len(rows), -np.inf)
    if math.isfinite(guard.rise) or math.isfinite(guard.fall):
        mean, variance = model.effects(base, rows)
        doubt = certainty * model.calibration * np.sqrt(variance)
        worst = np.maximum(worst, np.maximum(mean + doubt - guard.rise, doubt - mean - guard.fall))
    if model.level_known and (math.isfinite(guard.upper) or math.isfinite(guard.lower)):
        worst = np.maximum(worst, _beyond(guard, model, base, rows, certainty))
    return worst


def _beyond(guard: Guard, model: Response, base: Floats, rows: Floats, certainty: float) -> Floats:
    """Return by how much the levels under rows may cross the limits, [N].

    Where the level in force has crossed one already, the way back is open: a change holds that most likely leads a part
    of it (`WAY_BACK`).
    """
    level, variance = model.levels(rows)
    doubt = certainty * model.calibration * np.sqrt(variance)
    mean, spread = model.effects(base, rows)
    unsure = certainty * model.calibration * np.sqrt(spread)
    now = float(model.levels(base[None])[0][0])
    above = mean + unsure + WAY_BACK * (now - guard.upper) if now > guard.upper else level + doubt - guard.upper
    below = unsure - mean + WAY_BACK * (guard.lower - now) if now < guard.lower else guard.lower - level + doubt
    return np.maximum(above, below)


def room(guard: Guard, model: Response, base: Floats) -> tuple[float, float]:
    """Return how far the KPI may fall and rise from where it is now, both positive when there is room."""
    fall, rise = guard.fall, guard.rise
    if model.level_known:
        level = float(model.levels(base[None])[0][0])
        fall, rise = min(fall, level - guard.lower), min(rise, guard.upper - level)
    return fall, rise


def passable(guard: Guard, model: Response, base: Floats, reach: float) -> tuple[float, float]:
    """Return how far the KPI may fall and rise for a canary to be promoted.

    Args:
        guard: the constraint.
        model: of its KPI.
        base: values in force, [A].
        reach: by how much harm beyond what is tolerated must be exceeded until a canary is rolled back, with the
            distance that a bound keeps from its estimate: both in the KPI's unit, added up.
    """
    punished = guard.tolerated + reach
    fall, rise = room(guard, model, base)
    return min(fall, punished) if math.isfinite(fall) else fall, min(rise, punished) if math.isfinite(rise) else rise
