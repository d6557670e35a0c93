"""Shocks that hit both arms alike: a part of the AR(1) noise, rho 0.5, is common to them."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, gauge
from benchmarks.canary.family import Family, Truth
from benchmarks.canary.processes import shocked
from controller.decide.case import Case


def _make(rng: np.random.Generator, effect: float, share: float) -> Case:
    return case(gauge(shocked(rng, DAY + PLANNED, 0.5, share), effect))


_MOST = "AR(1) noise with rho 0.5, 80 % of its variance common to both arms."

FAMILIES = (
    Family("half common shock", "AR(1) noise with rho 0.5, half of its variance common.", partial(_make, share=0.5)),
    Family("80 % common shock", _MOST, partial(_make, share=0.8)),
    Family("80 % common shock, benefit 0.5 sd", _MOST, partial(_make, share=0.8), Truth.BENEFIT, 0.5),
)
