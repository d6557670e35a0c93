"""Poisson counts: events among 250 trials per point and arm; events are errors unless the name says otherwise."""

from __future__ import annotations

from functools import partial

import numpy as np

from benchmarks.canary.build import DAY, PLANNED, case, counter, during
from benchmarks.canary.family import Family, Truth
from controller.decide.case import Case
from controller.model import Floats
from exporter.metric import Direction

TRIALS = 250.0
USUAL = 1.25  # events per point: 5 a minute
RARE = 0.0625  # 0.25 a minute
FAILURES = 0.25  # 1 a minute


def _counts(rng: np.random.Generator, effect: float, rate: float) -> tuple[Floats, Floats]:
    """Return events and trials, shape [2, N]; `effect` multiplies the canary's rate."""
    length = DAY + PLANNED
    rates = np.full((2, length), rate)
    rates[0] *= during(length, effect, 1.0)
    return rng.poisson(rates).astype(np.float64), np.full((2, length), TRIALS)


def _errors(rng: np.random.Generator, effect: float, rate: float) -> Case:
    return case(counter(*_counts(rng, effect, rate), Direction.LOWER))


def _successes(rng: np.random.Generator, effect: float) -> Case:
    failures, trials = _counts(rng, effect, FAILURES)
    return case(counter(trials - failures, trials, Direction.HIGHER))


_USUAL = "5 Poisson errors a minute and arm among 1000 requests."
_usual = partial(_errors, rate=USUAL)

FAMILIES = (
    Family("Poisson counts", _USUAL, _usual, effect=1.0),
    Family("rare counts", "One Poisson error in four minutes.", partial(_errors, rate=RARE), effect=1.0),
    Family("success ratio near 1", "A success ratio of 99.9 %: one failure a minute.", _successes, effect=1.0),
    Family("Poisson counts, harm x 1.5", _USUAL, _usual, Truth.HARM, 1.5),
    Family("Poisson counts, benefit / 1.5", _USUAL, _usual, Truth.BENEFIT, 1 / 1.5),
)
