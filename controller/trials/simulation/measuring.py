"""How a canary is measured: its effects drawn at once, with the standard error of a full canary, and judged at the end.

`series.py` measures the other way: both arms' points one by one, before the real verdict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from controller.decide.policy import Policy
from controller.model import Verdict
from controller.trials.simulation.gate import judge
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.task import Estimate

LEVEL_SHARE = 1 / 3
"""Of canary_se: standard error of a level over half a day in the control arm.

The noise of `noise.py` gives 0.28 for 12 h of points; the rest is left for what the noise model does not know.
"""


@dataclass(frozen=True)
class Canary:
    """A canary as nature knows it, before anybody measures.

    Attributes:
        now: true means in the comparison arms, by response.
        then: true means in the canary arm.
        room: what is left to each guardrail's limit, by its measured level; negative when it is crossed.
        part: of the planned length after which it is cut short; 1 for none of that.
    """

    now: Mapping[str, float]
    then: Mapping[str, float]
    room: Mapping[str, float]
    part: float = 1.0


@dataclass(frozen=True)
class Measured:
    """What came of a canary.

    Attributes:
        effects: tried minus base, by response; empty when nothing could be seen.
        verdict: how it ended.
        reason: why.
        lasted: share of its planned length.
    """

    effects: Mapping[str, Estimate]
    verdict: Verdict
    reason: str
    lasted: float = 1.0


class Measurer(Protocol):
    """Measures canaries."""

    def measure(self, canary: Canary) -> Measured:
        """Return what came of a canary."""
        ...


class EffectMeasurer:
    """Draws the effects with the standard error of a full canary; one that is cut short is inconclusive.

    Args:
        plant: whose canaries these are.
        policy: how strict a verdict is.
        noise: where the measurement errors come from.
    """

    def __init__(self, plant: CheckedPlant, policy: Policy, noise: np.random.Generator) -> None:
        self._plant, self._policy, self._noise = plant, policy, noise

    def measure(self, canary: Canary) -> Measured:
        """Return effects and the verdict of the planned end."""
        se = self._plant.canary_se / math.sqrt(canary.part)
        effects = {name: drawn(canary.then[name] - level, se, self._noise) for name, level in canary.now.items()}
        if canary.part < 1:
            cut = f"cut short after {canary.part:.0%} of its planned length"
            return Measured(effects, Verdict.INCONCLUSIVE, cut, canary.part)
        return Measured(effects, *judge(self._plant.primary, effects, canary.room, self._policy))


def drawn(truth: float, se: float, noise: np.random.Generator) -> Estimate:
    """Return a measurement of `truth` with a normal error."""
    return Estimate(truth + se * float(noise.normal()), se)
