"""A last question before a promotion: does all that is known, this canary included, rule out that a limit is crossed?

A canary alone overlooks a crossed limit as often as its policy says. Whoever tries many changes near a limit will so
promote one that crosses it, sooner or later; the model, which remembers all canaries and levels, knows better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace

from controller.decide.learner.guard import Guard, excess
from controller.decide.learner.learner import Learner, Point

CERTAINTY = 2.3  # standard deviations from the limit: a chance of 1 % that a promoted level crosses it


def doubt(
    learner: Learner,
    guards: tuple[Guard, ...],
    base: Point,
    tried: Point,
    effects: Mapping[str, tuple[float, float]],
    *,
    certainty: float = CERTAINTY,
) -> str | None:
    """Return why a change that its canary would promote must not be, None when nothing speaks against it.

    Args:
        learner: what was known before the canary; it is not changed.
        guards: limits of levels; margins are the canary's own affair.
        base: values of the comparison arm.
        tried: values of the canary arm.
        effects: KPI -> (measured effect, standard error).
        certainty: standard deviations by which a level must stay clear of its limits.
    """
    limits = [guard for guard in guards if math.isfinite(guard.upper) or math.isfinite(guard.lower)]
    if not limits:
        return None
    then = deepcopy(learner)
    then.learn(base, tried, effects)
    before, after = then.space.rows([base, tried])
    for guard in limits:
        alone = replace(guard, rise=math.inf, fall=math.inf)
        over = float(excess(alone, then.responses[guard.kpi], before, after[None], certainty)[0])
        if over > 0:
            level, _ = then.responses[guard.kpi].levels(after[None])
            limit = guard.upper if math.isfinite(guard.upper) else guard.lower
            return (
                f"{guard.kpi} would be about {float(level[0]):.4g}: all canaries so far do not rule out that it "
                f"crosses its limit of {limit:g}"
            )
    return None
