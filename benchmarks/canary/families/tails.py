"""Heavy tails: Student's t with 3 degrees of freedom, scaled to standard deviation 1."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import filtered, student3
from controller.decide.case import Case


def _make(rng: np.random.Generator, effect: float, rho: float) -> Case:
    return case(gauge(filtered(student3(rng, (2, DAY + PLANNED)), rho), effect))


FAMILIES = (
    Family("heavy tails", "Independent noise of Student's t with 3 degrees of freedom.", partial(_make, rho=0.0)),
    Family("heavy tails, rho 0.5", "AR(1) noise with rho 0.5 and such innovations.", partial(_make, rho=0.5)),
)
