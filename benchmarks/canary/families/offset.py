"""The arms differ without any change (other machines, other viewers): the canary arm is 0.3 sd higher all the time."""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case

OFFSET = 0.3


def _make(rng: np.random.Generator, effect: float) -> Case:
    noise = ar1(rng, (2, DAY + PLANNED), 0.5)
    noise[0] += OFFSET
    return case(gauge(noise, effect))


FAMILIES = (Family("arm offset", "The canary arm is 0.3 sd higher, before and during the canary; rho 0.5.", _make),)
