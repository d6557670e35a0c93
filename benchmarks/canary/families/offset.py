"""The arms differ without any change (other machines, other viewers): the canary arm is higher all the time.

Or it is higher since a while: a machine was changed. Or the difference is a share of a level that moves.
"""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import DAY, HOUR, LEVEL, PLANNED, case, during, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case

OFFSET = 0.3
SHARE = 0.1
STEP = 1.0


def _make(rng: np.random.Generator, effect: float) -> Case:
    noise = ar1(rng, (2, DAY + PLANNED), 0.5)
    noise[0] += OFFSET
    return case(gauge(noise, effect))


def _share(rng: np.random.Generator, _effect: float) -> Case:
    noise = ar1(rng, (2, DAY + PLANNED), 0.5)
    level = LEVEL * during(DAY + PLANNED, 2.0, 1.0)
    values = level + noise
    values[0] += SHARE * level
    return case(gauge(values - LEVEL, 0.0))


def _step(rng: np.random.Generator, effect: float) -> Case:
    noise = ar1(rng, (2, DAY + PLANNED), 0.5)
    noise[0, -PLANNED - HOUR :] += STEP
    return case(gauge(noise, effect))


FAMILIES = (
    Family("arm offset", "The canary arm is 0.3 sd higher, before and during the canary; rho 0.5.", _make),
    Family("offset of 10 %, level doubles", "The canary arm is 10 % higher; the level doubles as it starts.", _share),
    Family("arm step an hour before", "The canary arm rose by 1 sd an hour before the canary; rho 0.5.", _step),
)
