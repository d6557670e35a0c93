"""AR(1) noise, independent in the two arms, with a long and a short history."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, HOUR, PLANNED, case, gauge
from benchmarks.canary.family import Family, Truth
from benchmarks.canary.processes import ar1
from controller.decide.case import Case


def _make(rng: np.random.Generator, effect: float, rho: float, history: int = DAY) -> Case:
    return case(gauge(ar1(rng, (2, history + PLANNED), rho), effect))


FAMILIES = (
    Family("rho 0", "Independent normal noise; 24 h of history.", partial(_make, rho=0.0)),
    Family("rho 0.5", "AR(1) noise with rho 0.5.", partial(_make, rho=0.5)),
    Family("rho 0.9", "AR(1) noise with rho 0.9.", partial(_make, rho=0.9)),
    Family(
        "rho 0.5, 1 h history", "The same as rho 0.5 with 240 points of history.", partial(_make, rho=0.5, history=HOUR)
    ),
    Family(
        "rho 0.9, 1 h history", "The same as rho 0.9 with 240 points of history.", partial(_make, rho=0.9, history=HOUR)
    ),
    Family("rho 0.5, benefit 0.5 sd", "AR(1) noise with rho 0.5.", partial(_make, rho=0.5), Truth.BENEFIT, 0.5),
    Family("rho 0.5, benefit 1 sd", "AR(1) noise with rho 0.5.", partial(_make, rho=0.5), Truth.BENEFIT, 1.0),
    Family("rho 0.9, benefit 1 sd", "AR(1) noise with rho 0.9.", partial(_make, rho=0.9), Truth.BENEFIT, 1.0),
)
