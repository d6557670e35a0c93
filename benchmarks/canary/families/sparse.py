"""Little traffic: a request in every second point or so, so that many points hold nothing."""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, counter
from benchmarks.canary.family import Family
from controller.decide.case import Case
from exporter.metric import Direction

REQUESTS = 0.5  # per point and arm
SUCCESS = 0.5


def _make(rng: np.random.Generator, _effect: float) -> Case:
    trials = rng.poisson(REQUESTS, (2, DAY + PLANNED))
    events = rng.binomial(trials, SUCCESS)
    return case(counter(events.astype(np.float64), trials.astype(np.float64), Direction.HIGHER))


FAMILIES = (Family("sparse traffic", "Half a request a point and arm; half of them succeed.", _make, effect=1.0),)
