"""Do the errors of predictions grow: a robust slope, and the chance that it is none. Information, nothing follows.

An error is told in halves of the prediction's own 95 % interval: 0 hit the point, 1 the interval's edge. A ratio to the
effect would grow by itself while a service nears its optimum, where effects are as small as a canary's noise; this does
not, for an interval says how far off a measurement may be.

The slope is the median of the slopes between all pairs of predictions (Theil 1950, Sen 1968). The chance is that of the
Mann-Kendall test, one-sided, with its corrections for ties and continuity (Mann 1945, Kendall 1975); its normal
approximation is good from 8 values on. It takes errors for independent, and those of a learner are so only nearly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used

from controller.decide.drift.prediction import Dated
from controller.decide.drift.reading import Health, period
from controller.decide.learner.accuracy import Held
from controller.model import Floats
from exporter.seconds import DAY

LEAST = 8
CHANCE = 0.05  # of calling errors growing that do not, over all KPIs together


@dataclass(frozen=True)
class Trend:
    """How the errors of one KPI's predictions change. Errors in halves of their intervals, NaN where unknown.

    Attributes:
        kpi: its name.
        health: `WARNING` when they grow, `HEALTHY` when chance explains what is seen, `UNKNOWN` with few predictions.
        count: predictions in the window.
        first, last: errors along the line, at the first prediction and at the last one; never below 0.
        per_day: slope of that line.
        chance: of a slope as steep upwards, were there none.
        text: all of it in words.
    """

    kpi: str
    health: Health
    count: int
    first: float
    last: float
    per_day: float
    chance: float
    text: str


def trend(kpi: str, pairs: Sequence[Dated], window: float, *, tests: int, since: float, now: float) -> Trend:
    """Return whether the errors of a KPI's predictions grow.

    Args:
        kpi: its name.
        pairs: its predictions, in any order.
        window: seconds up to now in which they count.
        tests: how many such trends share `CHANCE`.
        since: unix time before which nothing counts.
        now: unix time.
    """
    begin = max(since, now - window)
    dated = sorted((pair.at, miss(pair.held)) for pair in pairs if begin < pair.at <= now and pair.held.known)
    known = [(at, error) for at, error in dated if math.isfinite(error)]
    say = f"errors of the predictions for {kpi} {period(window, since, now)}"
    if len(known) < LEAST:
        text = f"{say}: too few predictions to see a trend ({len(known)} of {LEAST})"
        return Trend(kpi, Health.UNKNOWN, len(known), math.nan, math.nan, math.nan, math.nan, text)
    times, errors = np.array(known).T
    days = (times - times[0]) / DAY
    slope, chance = theil_sen(days, errors), mann_kendall(errors)
    begins = float(np.median(errors - slope * days))
    first, last = max(0.0, begins), max(0.0, begins + slope * float(days[-1]))
    health = Health.WARNING if chance < CHANCE / max(1, tests) and slope > 0 else Health.HEALTHY
    verdict = "they grow" if health is Health.WARNING else "chance explains it"
    text = (
        f"{say} went from {first:.2g} to {last:.2g} of half an interval, {slope:+.2g} a day "
        f"({len(known)} predictions, p = {chance:.2g}): {verdict}"
    )
    return Trend(kpi, health, len(known), first, last, slope, chance, text)


def miss(held: Held) -> float:
    """Return how far a measurement is from its prediction, in halves of the 95 % interval; NaN for one of no width."""
    low, high = held.interval
    half = high - held.effect if held.measured > held.effect else held.effect - low
    return abs(held.measured - held.effect) / half if half > 0 else math.nan


def theil_sen(times: Floats, values: Floats) -> float:
    """Return the median slope between all pairs of points at different times, [T] each; 0 where there is none."""
    first, second = np.triu_indices(times.size, 1)
    apart = times[second] - times[first]
    slopes = (values[second] - values[first])[apart > 0] / apart[apart > 0]
    return float(np.median(slopes)) if slopes.size else 0.0


def mann_kendall(values: Floats) -> float:
    """Return the chance that values [T] in order of time rise as often, were each order of them as likely."""
    count = values.size
    first, second = np.triu_indices(count, 1)
    rises = float(np.sign(values[second] - values[first]).sum())
    tied = np.unique(values, return_counts=True)[1].astype(float)
    variance = (count * (count - 1) * (2 * count + 5) - float((tied * (tied - 1) * (2 * tied + 5)).sum())) / 18
    if variance <= 0:
        return 1.0
    return float(scipy.special.ndtr(-(rises - np.sign(rises)) / math.sqrt(variance)))
