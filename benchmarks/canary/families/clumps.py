"""Rare failures that come in clumps, as retries do; an hour of history has hardly seen one."""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import HOUR, PLANNED, case, counter
from benchmarks.canary.families.counts import TRIALS
from benchmarks.canary.family import Family
from controller.decide.case import Case
from exporter.metric import Direction

RATE = 1 / HOUR  # clumps per point and arm: one an hour
SIZE = 10.0


def _make(rng: np.random.Generator, _effect: float) -> Case:
    events = (SIZE * rng.poisson(RATE, (2, HOUR + PLANNED))).astype(np.float64)
    return case(counter(events, np.full(events.shape, TRIALS), Direction.LOWER))


FAMILIES = (Family("rare clumps, 1 h history", "One clump of 10 errors an hour and arm.", _make, effect=1.0),)
