"""Do predictions still come true: their median error beyond noise, and how often their intervals held.

The median is blind to an error that hides in a canary's noise, and such are most. Coverage sees those: an interval says
how far off the measurement may be, noise included, so a model that is wrong about itself misses more often than 5 %.
That share is held against its binomial distribution: few predictions must miss by far, many need not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used

from controller.decide.drift.policy import CoveragePolicy, PredictionPolicy
from controller.decide.drift.reading import Cause, Health, Reading, period
from controller.decide.learner.accuracy import Held
from controller.duration import duration


@dataclass(frozen=True)
class Dated:
    """A prediction beside its measurement, known since unix time `at`."""

    at: float
    held: Held


def _known(pairs: Iterable[Dated]) -> list[Dated]:
    return [pair for pair in pairs if pair.held.known]


def error(
    kpi: str, pairs: Sequence[Dated], policy: PredictionPolicy, *, known: int, since: float, now: float
) -> Reading:
    """Return what the median error of one KPI's predictions says.

    Args:
        kpi: its name.
        pairs: its predictions, oldest first.
        policy: windows and thresholds.
        known: measured canaries of all time.
        since: unix time before which nothing counts.
        now: unix time.
    """
    found = _known(pairs)
    value, count = _typical(found, policy, since, now)
    say = f"median error of {_of(kpi)} beyond noise {period(policy.window, since, now)}"

    def reading(health: Health, text: str) -> Reading:
        return Reading(Cause.PREDICTION, health, value, policy.limit, count, text, kpi)

    if known < policy.known:
        wait = f"{known} of {policy.known} canaries"
        return reading(Health.UNKNOWN, f"{say}: too early to say, predictions still rest on priors ({wait})")
    if count < policy.least:
        return reading(Health.UNKNOWN, f"{say}: too few predictions to say ({count} of {policy.least})")
    say = f"{say} is {value:.0%} ({count} predictions)"
    if value > policy.limit:
        if _lasts(found, policy, since, now):
            text = (
                f"{say}, above {policy.limit:.0%} for {duration(policy.lasting)}: what was learnt does not fit any more"
            )
            return reading(Health.DRIFT, text)
        text = f"{say}, above {policy.limit:.0%}; it is drift when it stays there for {duration(policy.lasting)}"
        return reading(Health.WARNING, text)
    if value > policy.target:
        return reading(
            Health.WARNING,
            f"{say}, above the target of {policy.target:.0%}; drift begins at "
            f"{policy.limit:.0%} for {duration(policy.lasting)}",
        )
    return reading(Health.HEALTHY, f"{say}, within the target of {policy.target:.0%}")


def _of(kpi: str) -> str:
    return f"the predictions for {kpi}" if kpi else "all predictions"


def _typical(found: Sequence[Dated], policy: PredictionPolicy, since: float, at: float) -> tuple[float, int]:
    """Return the median error in the window that ends at a time, and of how many; NaN for none."""
    begin = max(since, at - policy.window)
    errors = [pair.held.unexplained for pair in found if begin < pair.at <= at]
    return (median(errors) if errors else math.nan), len(errors)


def _lasts(found: Sequence[Dated], policy: PredictionPolicy, since: float, now: float) -> bool:
    """Return whether the median was above the limit at every moment of the last `lasting` seconds.

    It changes only when a prediction comes into the window or leaves it.
    """
    begin = now - policy.lasting
    moves = (moment for pair in found for moment in (pair.at, pair.at + policy.window))
    moments = {begin, *(moment for moment in moves if begin < moment <= now)}
    return all(_above(*_typical(found, policy, since, moment), policy) for moment in moments)


def _above(value: float, count: int, policy: PredictionPolicy) -> bool:
    return count >= policy.least and value > policy.limit


def coverage(
    kpi: str, pairs: Sequence[Dated], policy: CoveragePolicy, *, tests: int, since: float, now: float
) -> Reading:
    """Return what the share of intervals that held says.

    Args:
        kpi: whose predictions they are; empty for those of all KPIs.
        pairs: the predictions, in any order.
        policy: window and thresholds.
        tests: how many such tests share the policy's chance of a false alarm.
        since: unix time before which nothing counts.
        now: unix time.
    """
    begin = max(since, now - policy.window)
    hits = [pair.held.covered for pair in _known(pairs) if begin < pair.at <= now]
    count, held = len(hits), sum(hits)
    say = f"95 % intervals of {_of(kpi)} {period(policy.window, since, now)}"
    if count < policy.least:
        text = f"{say}: too few predictions to say ({count} of {policy.least})"
        return Reading(Cause.COVERAGE, Health.UNKNOWN, held / count if count else math.nan, math.nan, count, text, kpi)
    most = most_hits(count, policy, tests)
    if held <= most:
        health, why = Health.DRIFT, "chance does not explain so few: the model is sure of what is wrong"
    elif scipy.special.bdtr(held, count, policy.expected) < WARN:
        health, why = Health.WARNING, "fewer than is healthy"
    else:
        health, why = Health.HEALTHY, f"at least {policy.expected:.0%} are expected"
    bar, threshold = f"drift is {most} or fewer", most / count
    if most < 0:
        bar, threshold = "drift takes more predictions", math.nan
    text = f"{say} held {held} of {count} ({held / count:.0%}), {bar}: {why}"
    return Reading(Cause.COVERAGE, health, held / count, threshold, count, text, kpi)


WARN = 0.05  # chance of so few hits below which a warning is given


def most_hits(count: int, policy: CoveragePolicy, tests: int) -> int:
    """Return the most hits among so many predictions that chance does not explain; -1 when it explains even none."""
    limit = policy.chance / max(1, tests)
    return int((scipy.special.bdtr(np.arange(count + 1.0), count, policy.expected) < limit).sum()) - 1
