"""The world changes at the very moment at which the canary starts; only a comparison at the same time is fair."""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, during, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case

SHIFT = 2.0


def _make(rng: np.random.Generator, effect: float) -> Case:
    return case(gauge(ar1(rng, (2, DAY + PLANNED), 0.5) + during(DAY + PLANNED, SHIFT), effect))


FAMILIES = (Family("common level shift", "Both arms rise by 2 sd as the canary starts; rho 0.5.", _make),)
