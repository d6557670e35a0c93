"""Why nothing is proposed, in words: what cannot be seen, cannot move, is not worth it, or is not safe."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from controller.decide.learner.aim import Aim
from controller.decide.learner.guard import excess, room
from controller.decide.learner.learner import Learner
from controller.decide.learner.score import proven_harmless
from controller.model import Floats

OPTIMISM = 2.3  # standard deviations: what a hopeless change could bring at most
UNLIKELY = 0.05  # chance that a guardrail is proven harmless, below which it is what stands in the way


@dataclass(frozen=True)
class NoProposal:
    """Why nothing is proposed; `hoped` is the gain on the primary KPI that the best change could bring at most.

    It is given where a more sensitive canary would help, in the KPI's unit.
    """

    reason: str
    hoped: float | None = None


def unseen(aim: Aim) -> NoProposal | None:
    """Return why no canary can promote anything: a KPI that it must prove something on is not seen."""
    for name in (aim.primary, *(guard.kpi for guard in aim.guards)):
        if not math.isfinite(aim.errors[name]):
            return NoProposal(f"{name}: a canary as it is planned sees nothing of it")
    return None


def unsafe(learner: Learner, base: Floats, row: Floats, aim: Aim) -> NoProposal:
    """Return which guardrail stands in the way of even the most careful candidate, row [A]."""

    def over(kpi: int) -> float:
        guard = aim.guards[kpi]
        return float(excess(guard, learner.responses[guard.kpi], base, row[None], aim.certainty)[0])

    name = aim.guards[max(range(len(aim.guards)), key=over)].kpi
    return NoProposal(f"no change in reach most likely keeps {name} within its limit and margin")


def hopeless(learner: Learner, base: Floats, rows: Floats, aim: Aim) -> NoProposal:
    """Return why even the best candidates, rows [N, A], are not worth a canary, or would most likely not be promoted.

    A guardrail that not even a change without any effect would clear is named first. Then it depends on the gain that
    the candidates could have at most: none, too little for a canary to see, or more than that.
    """
    for guard in aim.guards:
        left, error = room(guard, learner.responses[guard.kpi], base), aim.errors[guard.kpi]
        if proven_harmless(np.zeros(1), np.zeros(1), left, error, aim.safety)[0] < UNLIKELY:
            return NoProposal(
                f"no change in reach is likely to be proven harmless: a canary knows {guard.kpi} to within "
                f"{aim.safety * error:.3g}, and only {max(min(left), 0.0):.3g} may be lost"
            )
    model = learner.responses[aim.primary]
    mean, variance = model.effects(base, rows)
    hoped = float(np.max(aim.sign * mean + OPTIMISM * model.calibration * np.sqrt(variance)))
    if hoped <= 0:
        return NoProposal("no change in reach is expected to be better than the values in force")
    if hoped >= aim.errors[aim.primary] * aim.benefit:
        return NoProposal(
            f"no change in reach is worth a canary: what it may bring on {aim.primary} is too unlikely, "
            "or lost elsewhere"
        )
    return NoProposal("no change in reach is expected to bring a gain that a canary would prove", hoped)
