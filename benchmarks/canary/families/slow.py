"""Slow noise under white noise: the sum looks almost white from point to point and yet wanders for half an hour."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, HOUR, PLANNED, case, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1, white
from controller.decide.case import Case


def _make(rng: np.random.Generator, effect: float, history: int) -> Case:
    shape = (2, history + PLANNED)
    return case(gauge(math.sqrt(0.5) * (ar1(rng, shape, 0.99) + white(rng, shape)), effect))


FAMILIES = (
    Family("slow + white", "Half the variance AR(1) with rho 0.99, half white noise.", partial(_make, history=DAY)),
    Family("slow + white, 4 h history", "The same with 960 points of history.", partial(_make, history=4 * HOUR)),
)
