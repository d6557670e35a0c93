"""A task, and trials as short as can be, for tests of single proposers."""

from __future__ import annotations

import numpy as np

from controller.model import Verdict
from controller.trials.simulation.task import Box, Estimate, Task, Trial, Values

BOUNDS: Box = {"a": (0.0, 1.0), "b": (0.0, 100.0)}
START: Values = {"a": 0.5, "b": 50.0}
TASK = Task(BOUNDS, START, "value", {"load": 1.0}, canary_se=0.1, level_se=0.03, canaries_per_day=2.0)
LEVELS = {"value": Estimate(2.0, 0.03), "load": Estimate(0.5, 0.03)}


def around(values: Values) -> Box:
    """Return a box of a tenth of the bounds on either side."""
    return {
        name: (max(low, values[name] - (high - low) / 10), min(high, values[name] + (high - low) / 10))
        for name, (low, high) in BOUNDS.items()
    }


def trial(tried: Values, gain: float, load: float = 0.0, base: Values = START, *, promoted: bool = False) -> Trial:
    """Return a trial that measured these effects."""
    effects = {"value": Estimate(gain, 0.1), "load": Estimate(load, 0.1)}
    return Trial(0.0, base, tried, effects, Verdict.PROCEED if promoted else Verdict.INCONCLUSIVE)


def rng(seed: int = 0) -> np.random.Generator:
    """Return a generator."""
    return np.random.default_rng(seed)
