"""One number per trial for methods that know only one: the primary response, less a penalty beyond the limits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from controller.trials.simulation.task import Estimate, Task

PENALTY = 3.0  # of the primary response per unit beyond a limit


def complete(estimates: Mapping[str, Estimate], task: Task) -> bool:
    """Whether the primary response and every guardrail are there and finite."""
    return all(name in estimates and math.isfinite(estimates[name].mean) for name in (task.primary, *task.limits))


def excess(levels: Mapping[str, Estimate], effects: Mapping[str, Estimate], task: Task) -> dict[str, float]:
    """Return by how much each guardrail is beyond its limit after such effects; negative is room."""
    return {name: levels[name].mean + effects[name].mean - limit for name, limit in task.limits.items()}


def gain(levels: Mapping[str, Estimate], effects: Mapping[str, Estimate], task: Task) -> float:
    """Return what the effects do to the penalised primary response."""
    none = {name: Estimate(0.0, 0.0) for name in effects}
    after, before = (
        sum(max(0.0, beyond) for beyond in excess(levels, what, task).values()) for what in (effects, none)
    )
    return effects[task.primary].mean - PENALTY * (after - before)
