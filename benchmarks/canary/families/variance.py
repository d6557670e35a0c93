"""The noise doubles with the canary, so history promises too little of it; AR(1), rho 0.5."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, during, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case


def _make(rng: np.random.Generator, effect: float, comparison: float) -> Case:
    noise = ar1(rng, (2, DAY + PLANNED), 0.5)
    scale = np.stack([during(DAY + PLANNED, 2.0, 1.0), during(DAY + PLANNED, comparison, 1.0)])
    return case(gauge(scale * noise, effect))


FAMILIES = (
    Family("noisier canary arm", "The canary arm's noise doubles during the canary.", partial(_make, comparison=1.0)),
    Family("noise doubles", "Both arms' noise doubles during the canary.", partial(_make, comparison=2.0)),
)
