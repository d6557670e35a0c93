"""The difference between the arms drifts without any change, through history and canary; AR(1) noise, rho 0.5."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, HOUR, PLANNED, case, gauge
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case
from controller.model import Floats

LENGTH = DAY + PLANNED


def linear(_rng: np.random.Generator) -> Floats:
    """Return a line that climbs half a standard deviation in 24 hours; shape [LENGTH], as the others."""
    return 0.5 * np.arange(LENGTH) / DAY


def wave(rng: np.random.Generator, period: int) -> Floats:
    """Return a sine of amplitude 0.3 whose phase is random; `period` in points."""
    return 0.3 * np.sin(2 * math.pi * (np.arange(LENGTH) / period + rng.random()))


def walk(rng: np.random.Generator) -> Floats:
    """Return a random walk that moves by a standard deviation of 0.3 in an hour."""
    return np.cumsum(0.3 / math.sqrt(HOUR) * rng.standard_normal(LENGTH))


def _make(rng: np.random.Generator, effect: float, drift: Callable[[np.random.Generator], Floats]) -> Case:
    noise = ar1(rng, (2, LENGTH), 0.5)
    noise[0] += drift(rng)
    return case(gauge(noise, effect))


FAMILIES = (
    Family("drift, linear", "The canary arm climbs by 0.5 sd in 24 h.", partial(_make, drift=linear)),
    Family(
        "drift, 24 h wave",
        "The arms' difference is a sine of 24 h, amplitude 0.3 sd, random phase.",
        partial(_make, drift=partial(wave, period=DAY)),
    ),
    Family(
        "drift, 4 h wave",
        "The arms' difference is a sine of 4 h, amplitude 0.3 sd, random phase.",
        partial(_make, drift=partial(wave, period=4 * HOUR)),
    ),
    Family(
        "drift, random walk",
        "The arms' difference is a random walk with standard deviation 0.3 sd per hour.",
        partial(_make, drift=walk),
    ),
)
