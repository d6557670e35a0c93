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


@dataclass(frozen=True)
class Precision:
    """What a planned canary will know of a KPI: standard error of the effect, and how many of them are proof."""

    error: float
    needed: float


def precision(judged: JudgedKpi, history: PairedSeries, policy: Policy, metrics: int, plan: Plan) -> Precision:
    """Return how precise `plan` is at its end: for benefit on the primary KPI, for harm on a guardrail.

    The error is infinite when it sees nothing, and 0 for a history that never moved: any movement would be seen. Gauges
    do not get more precise with more traffic, as far as a history without other shares can tell.
    """
    policy = replace(policy, planned=plan.points)
    bounds = Bounds.of(policy, metrics)
    boundary = bounds.benefit if judged.role is Role.PRIMARY else bounds.harm
    if history.count < least(plan.points) or not history.weight.any():
        return Precision(math.inf, boundary.constant)
    if (rare := counts.rarity(judged.kpi.reading, history, plan.points)) is not None:
        scaled = replace(history, trials=None if history.trials is None else history.trials * plan.information)
        rate = detectable_rate(scaled, rare, policy, bounds, judged.role)
        return Precision(rate / (boundary.constant + Z_POWER), boundary.constant)
    moved = moves(history, centre(history))
    scale = float(np.abs(moved).max())
    if scale <= ROUNDING * float(np.abs(history.values).max()):
        return Precision(0.0, boundary.constant)
    weight = 1.0 if history.trials is None else plan.information
    found = forecast(Series(moved / scale, history.weight / float(history.weight.mean())), plan.points)
    end = found.end(weight)
    return Precision(scale * end.error, float(boundary.widened(np.array(end.freedom))))


def detectable(judged: JudgedKpi, history: PairedSeries, policy: Policy, metrics: int, plan: Plan) -> float:
    """Return the effect that `plan` proves with 80 % probability, in the KPI's unit; infinite when it proves none.

    Benefit for the primary KPI, harm for a guardrail; 0 for a history that never moved.
    """
    found = precision(judged, history, policy, metrics, plan)
    return found.error * (found.needed + Z_POWER)


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
