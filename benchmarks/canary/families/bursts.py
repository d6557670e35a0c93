"""Counts that come in bursts, so that they vary more than Poisson's: 5 errors a minute and arm on average."""

from __future__ import annotations

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, counter, during
from benchmarks.canary.families.counts import TRIALS, USUAL
from benchmarks.canary.family import Family
from benchmarks.canary.processes import ar1
from controller.decide.case import Case
from controller.model import Floats
from exporter.metric import Direction

LENGTH = DAY + PLANNED
DISPERSION = 5.0  # variance over mean


def log_normal(rng: np.random.Generator, arms: int) -> Floats:
    """Return factors with mean 1 whose logarithm is AR(1) with rho 0.9 and standard deviation 1; shape [arms, N]."""
    factors: Floats = np.exp(ar1(rng, (arms, LENGTH), 0.9) - 0.5)
    return factors


def _rates(effect: float) -> Floats:
    rates = np.full((2, LENGTH), USUAL)
    rates[0] *= during(LENGTH, effect, 1.0)
    return rates


def _independent(rng: np.random.Generator, effect: float) -> Case:
    shape = _rates(effect) / (DISPERSION - 1)  # of a negative binomial, whose variance over mean is 1 / p
    events = rng.negative_binomial(shape, 1 / DISPERSION).astype(np.float64)
    return case(counter(events, np.full((2, LENGTH), TRIALS), Direction.LOWER))


def _lasting(rng: np.random.Generator, effect: float) -> Case:
    events = rng.poisson(_rates(effect) * log_normal(rng, 2)).astype(np.float64)
    return case(counter(events, np.full((2, LENGTH), TRIALS), Direction.LOWER))


def _traffic(rng: np.random.Generator, effect: float) -> Case:
    trials = rng.poisson(TRIALS * log_normal(rng, 1), (2, LENGTH)).astype(np.float64)
    events = rng.poisson(_rates(effect) * trials / TRIALS).astype(np.float64)
    return case(counter(events, trials, Direction.LOWER))


FAMILIES = (
    Family("bursts", "Negative binomial errors per point, variance 5 times the mean.", _independent, effect=1.0),
    Family("lasting bursts", "Log-rate of each arm AR(1), rho 0.9, sd 1.", _lasting, effect=1.0),
    Family(
        "bursts of traffic",
        "Requests of both arms rise and fall together, log AR(1), rho 0.9, sd 1; errors follow them.",
        _traffic,
        effect=1.0,
    ),
)
