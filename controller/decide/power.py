"""Before a canary: what it can detect, and how long it must be to detect an effect that is hoped for.

A canary is worth running only when the effect that it is to prove is proven with 80 % probability by its planned end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from controller.decide import counts
from controller.decide.policy import Policy
from controller.decide.score import Series, forecast, least, longest
from controller.decide.trace import ROUNDING, Bounds, centre, detectable_rate, moves
from controller.model import JudgedKpi, PairedSeries, Role

_LONGER = 1.3  # the next length that is tried, as a multiple
Z_POWER = 0.8416  # upper 20 % point of the normal distribution


@dataclass(frozen=True)
class Plan:
    """A canary that is thought of: points at its planned end, and its arms' information relative to the history's."""

    points: int
    information: float = 1.0


def said(canary: float, comparison: float) -> float:
    """Return how much a point of two arms with these shares of the traffic says: a b / (a + b)."""
    return canary * comparison / (canary + comparison)


def detectable(judged: JudgedKpi, history: PairedSeries, policy: Policy, metrics: int, plan: Plan) -> float:
    """Return the effect that `plan` proves with 80 % probability, in the KPI's unit; infinite when it proves none.

    Benefit for the primary KPI, harm for a guardrail. Gauges do not get more precise with more traffic, as far as a
    history without other shares can tell. 0 for a history that never moved: any movement would be seen.
    """
    policy = replace(policy, planned=plan.points)
    if history.count < least(plan.points) or not history.weight.any():
        return math.inf
    bounds = Bounds.of(policy, metrics)
    if (rare := counts.rarity(judged.kpi.reading, history, plan.points)) is not None:
        scaled = replace(history, trials=None if history.trials is None else history.trials * plan.information)
        return detectable_rate(scaled, rare, policy, bounds, judged.role)
    moved = moves(history, centre(history))
    scale = float(np.abs(moved).max())
    if scale <= ROUNDING * float(np.abs(history.values).max()):
        return 0.0
    weight = 1.0 if history.trials is None else plan.information
    found = forecast(Series(moved / scale, history.weight / float(history.weight.mean())), plan.points)
    boundary = bounds.benefit if judged.role is Role.PRIMARY else bounds.harm
    end = found.end(weight)
    height = float(boundary.widened(np.array(end.freedom)))
    return scale * end.error * (height + Z_POWER)


def points_needed(
    judged: JudgedKpi,
    history: PairedSeries,
    policy: Policy,
    metrics: int,
    *,
    effect: float,
    most: int,
    information: float = 1.0,
) -> int | None:
    """Return the fewest points that prove `effect` (> 0, in the KPI's unit) with 80 % probability; None beyond `most`.

    Lengths are tried from short to long, because a canary that is long against its history may detect less again; then
    the answer is found by bisection to within 2 %. `information` is as in `Plan`.
    """

    def seen(points: int) -> bool:
        return detectable(judged, history, policy, metrics, Plan(points, information)) <= effect

    most = max(1, min(most, longest(history.count)))
    short, enough = policy.minimum_proceed - 1, min(policy.minimum_proceed, most)
    while not seen(enough):
        if enough >= most:
            return None
        short, enough = enough, min(most, math.ceil(enough * _LONGER))
    while enough - short > max(1, enough // 50):
        middle = (enough + short) // 2
        short, enough = (short, middle) if seen(middle) else (middle, enough)
    return enough
