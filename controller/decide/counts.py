"""The rule for rare counts: does the canary have more than its share of the events? Valid for any number of them.

Given an event, it falls on the canary with probability theta = r N1 / (r N1 + N0), where r is the ratio of the arms'
event rates and N their trials. Two e-processes bet on r > 1 and on r < 1: the likelihood ratio against r = 1, averaged
over log r ~ half-normal(0, .7^2) (Turner & Gruenwald 2023; Lindon & Malek 2022). When nothing differs, the chance that
one ever exceeds 1 / alpha is at most alpha, whenever and however often somebody looks. The interval of each rate is a
confidence sequence of a Poisson rate: what bets against it do not refute, mostly on the history's rate, the rest on any
rate (gamma mixture; Robbins 1970).

Events that come in clumps (one failure, ten retries) are fewer than their number: where the canary's own counts clearly
show clumps, log odds count a clump as one event.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from controller.model import Floats, PairedSeries
from exporter.metric import MeanReading, Reading

SPREAD = 0.7  # of log r that the bets are made for
EVENTS = 60.0  # expected in a whole canary; with more, the gauge rule is as valid and sees more
DISPERSED = 1.2  # times the variance of independent events; beyond it events come in bursts
ENOUGH = 30.0  # events in the history that can tell whether they come in bursts
_BLOCK = 20  # points over which dispersion is measured
_STANDING = 3.0  # standard errors by which the arms' rates may differ in the history
_SHAPE = 0.5  # of the gamma mixture
_SQUARED = 1e100  # counts beyond it cannot be squared and summed
_USUAL = 0.8  # share of a bet against a rate that is on the history's rate; the rest is on any rate
_LOWER = 0.1  # share of alpha for the lower bound of a rate
_HALVINGS = 30
_WHOLE = 1e-9  # rounding of a share
_GRID = np.linspace(0.05, 3.45, 35)  # log r


@dataclass(frozen=True)
class Rarity:
    """What is rare: the events, or (flipped) the trials that are none."""

    flipped: bool


@dataclass(frozen=True)
class Bets:
    """After each point, shape [N]: log e-values for a higher and a lower canary rate, and intervals of both rates.

    `low` and `high` have shape [N, 2], canary first; rates are those of the rare events.
    """

    more: Floats
    fewer: Floats
    low: Floats
    high: Floats


def events(series: PairedSeries, *, flipped: bool) -> Floats:
    """Return the rare events of both arms, shape [N, 2]. Needs trials."""
    if series.trials is None:
        raise ValueError("a gauge has no events")
    found = np.maximum(np.round(series.values * series.trials, 6), 0.0)
    return np.maximum(series.trials - found, 0.0) if flipped else found


def dispersion(canary: Floats, total: Floats, share: Floats) -> float:
    """Return the variance of the canary's events given all events, over a binomial's; 1 when it cannot be told.

    Args:
        canary: events of the canary arm, shape [N].
        total: events of both arms, shape [N].
        share: the canary's expected share, shape [N].
    """
    whole = canary.size // _BLOCK * _BLOCK
    if whole == 0:
        return 1.0
    excess = (canary - share * total)[:whole].reshape(-1, _BLOCK).sum(axis=1)
    binomial = (share * (1 - share) * total)[:whole].sum()
    return float((excess**2).sum() / binomial) if binomial > 0 else 1.0


def clumping(found: Floats, trials: Floats) -> Floats:
    """Return how many events come at once, so far, after each point, >= 1, shape [N].

    That is the variance of both arms' counts per point around the arm's own rate so far, over a Poisson's; a clump of
    10 in an arm without other events is 10. A rate that stays, however high, is 1.

    Args:
        found: events of both arms, shape [N, 2].
        trials: same shape.
    """
    found, trials = np.minimum(found, _SQUARED), np.minimum(trials, _SQUARED)
    total, made = np.cumsum(found, axis=0), np.cumsum(trials, axis=0)
    rate = total / np.maximum(made, 1e-300)
    squares = np.cumsum(found**2, axis=0) - 2 * rate * np.cumsum(found * trials, axis=0)
    squares += rate**2 * np.cumsum(trials**2, axis=0)
    events = total.sum(axis=1)
    ratio = squares.sum(axis=1) / np.maximum(events, 1e-300)
    sure = np.clip((ratio - 1) / np.sqrt(2 / np.maximum(events, 1.0)) - 1, 0.0, 1.0)
    return np.where(events > 0, 1 + np.maximum(ratio - 1, 0.0) * sure, 1.0)


def rarity(reading: Reading, history: PairedSeries, planned: int) -> Rarity | None:
    """Return what is rare in a history of counts; None when the gauge rule is to judge it.

    The sum of a histogram counts nothing; and where one trial may have several events, trials without are no count.
    """
    if isinstance(reading, MeanReading) or history.trials is None:
        return None
    if history.count == 0 or float(history.trials.sum(axis=0).min()) < 1:  # without one whole trial in each arm
        return None
    flipped = bool((history.values * history.trials).sum() > 0.5 * history.trials.sum())
    if flipped and bool((history.values[history.trials > 0] > 1 + _WHOLE).any()):
        return None
    found = events(history, flipped=flipped)
    many = float(found.sum()) * planned / history.count > EVENTS
    return None if many or _odd(found, history.trials) else Rarity(flipped)


def _odd(found: Floats, trials: Floats) -> bool:
    """Return whether the history's events, shape [N, 2], come in bursts, or at rates that differ between the arms."""
    total, both = found.sum(axis=1), trials.sum(axis=1)
    everything = float(total.sum())
    if everything == 0:
        return False
    share = np.where(both > 0, trials[:, 0] / np.maximum(both, 1e-300), 0.5)
    binomial = float((share * (1 - share) * total).sum())
    chance = 0.0 if everything >= ENOUGH else _STANDING * math.sqrt(2 / everything)  # few events prove little
    if binomial <= 0 or dispersion(found[:, 0], total, share) > DISPERSED + chance:
        return True
    excess = float((found[:, 0] - share * total).sum())
    return everything >= ENOUGH and abs(excess) > _STANDING * math.sqrt(binomial)


def _log_mean(logs: Floats, weights: Floats) -> Floats:
    """Return log sum_j weights_j exp(logs_ij), shape [N]."""
    top = logs.max(axis=1)
    found: Floats = top + np.log(np.exp(logs - top[:, None]) @ weights)
    return found


def _rates(
    found: Floats, trials: Floats, clump: Floats, *, planned: float, usual: float, alpha: float
) -> tuple[Floats, Floats]:
    """Return lower and upper bounds of a Poisson rate at every point, together at level alpha.

    Most of alpha goes to the upper one: the lower bound of a rate that is next to nothing needs little.

    Args:
        found: events, shape [N].
        trials: shape [N].
        clump: events that come at once, shape [N].
        planned: trials by the planned end.
        usual: the history's rate.
        alpha: chance that the rate ever leaves its bounds.
    """
    count, exposure = np.cumsum(found) / clump, np.cumsum(trials) / clump
    prior = 0.1 * max(planned, 1e-300)
    log_mixture = (
        _SHAPE * math.log(prior)
        - gammaln(_SHAPE)
        + gammaln(_SHAPE + count)
        - (_SHAPE + count) * np.log(prior + exposure)
    )
    log_usual = count * math.log(usual) - usual * exposure
    log_bets = np.logaddexp(math.log(1 - _USUAL) + log_mixture, math.log(_USUAL) + log_usual)
    limits = math.log(1 / (_LOWER * alpha)), math.log(1 / ((1 - _LOWER) * alpha))

    def evidence(rate: Floats) -> Floats:
        """Return the log e-value against `rate`."""
        logs = np.where(count > 0, count * np.log(np.maximum(rate, 1e-300)), 0.0)
        outcome: Floats = log_bets - logs + rate * exposure
        return outcome

    inside = count / np.maximum(exposure, 1e-300)
    low_out, low_in = np.zeros_like(inside), inside
    high_in = inside
    high_out = (count + 8 * np.sqrt(count + 1) + 3 * limits[1] + 10) / np.maximum(exposure, 1e-300)
    for _ in range(_HALVINGS):
        middle = (low_out + low_in) / 2
        outside = evidence(middle) > limits[0]
        low_out, low_in = np.where(outside, middle, low_out), np.where(outside, low_in, middle)
        middle = (high_in + high_out) / 2
        outside = evidence(middle) > limits[1]
        high_out, high_in = np.where(outside, middle, high_out), np.where(outside, high_in, middle)
    return low_out, np.where(exposure > 0, high_out, np.inf)


def bets(canary: PairedSeries, rare: Rarity, history: PairedSeries, planned: int, alpha: float) -> Bets:
    """Return the bets after each point.

    A bound of the difference of the rates takes one arm's upper and the other's lower bound, and holds at all looks
    together with probability 1 - alpha.
    """
    found = events(canary, flipped=rare.flipped)
    if canary.trials is None or history.trials is None:
        raise ValueError("a gauge has no events")
    first, second = canary.trials[:, 0], canary.trials[:, 1]
    some = first + second > 0
    share = np.divide(first, first + second, out=np.full(first.size, 0.5), where=some)[:, None]
    weights = np.exp(-0.5 * (_GRID / SPREAD) ** 2)
    weights = weights / weights.sum()
    logs = []
    for sign in (1.0, -1.0):
        ratio = np.exp(sign * _GRID)
        expected = np.log(share * ratio + 1 - share)
        step = found[:, :1] * (sign * _GRID) - found.sum(axis=1)[:, None] * expected
        logs.append(_log_mean(np.cumsum(np.where(some[:, None], step, 0.0), axis=0), weights))
    clump = clumping(found, canary.trials)
    made = history.trials.mean(axis=0) * planned
    usual = max(float(events(history, flipped=rare.flipped).sum()), 0.5) / float(history.trials.sum())
    bounds = [
        _rates(found[:, arm], canary.trials[:, arm], clump, planned=float(made[arm]), usual=usual, alpha=alpha)
        for arm in (0, 1)
    ]
    return Bets(
        more=logs[0] / clump,
        fewer=logs[1] / clump,
        low=np.stack([low for low, _ in bounds], axis=1),
        high=np.stack([high for _, high in bounds], axis=1),
    )
