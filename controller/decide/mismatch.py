"""Sample-ratio mismatch: does the canary arm still get its share of the traffic?

Arms that no longer get what they got in the A/A history do not see the same kind of traffic any more (a broken split, a
retry storm, a crashed instance, data that is lost in one arm), so nothing that is measured on them can be compared
(Fabijan et al. 2019, "Diagnosing sample ratio mismatch"). Traffic comes in bursts, so the share is judged by the gauge
rule with the history's own noise instead of a chi-squared test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.decide.boundary import Boundary
from controller.decide.policy import Policy
from controller.decide.score import Series, path
from controller.model import Floats, PairedSeries

ALPHA = 0.001
_EQUAL = 1e-9


@dataclass(frozen=True)
class Share:
    """The canary's share of all trials: in the history, so far after each point [N], and whether it is off [N]."""

    usual: float
    found: Floats
    off: NDArray[np.bool_]


def share(history: PairedSeries, canary: PairedSeries, policy: Policy) -> Share | None:
    """Return the canary's share of the trials over time; None for gauges and where an arm has no trials."""
    if history.trials is None or canary.trials is None or not history.trials.sum(axis=0).all() or canary.count == 0:
        return None
    before, during = history.trials, canary.trials
    usual = float(before[:, 0].sum() / before.sum())
    if not 0 < usual < 1:  # one arm's traffic is nothing beside the other's
        return None
    odds = usual / (1 - usual) * (np.ones(canary.count) if canary.traffic is None else canary.traffic)
    planned = odds / (1 + odds)
    total = float(before.sum(axis=1).mean())
    past = (before[:, 0] - usual * before.sum(axis=1)) / total
    with np.errstate(over="ignore"):  # what is infinitely far is far
        now = (during[:, 0] - planned * during.sum(axis=1)) / total
    made = np.cumsum(during.sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.nan_to_num(np.cumsum(during[:, 0]) / made)
        wanted = np.nan_to_num(np.cumsum(planned * during.sum(axis=1)) / made)
    off = np.abs(found * (1 - wanted) - wanted * (1 - found)) > policy.mismatch * wanted * (1 - found)  # of the odds
    far = off & (np.arange(1, canary.count + 1) >= policy.minimum_harm)
    if not far.any() or history.count < policy.minimum_history:
        return Share(usual, found, np.zeros(canary.count, dtype=bool))
    scale = float(np.abs(past).max())
    if scale <= _EQUAL:  # shares that never moved
        return Share(usual, found, far)
    ones = np.ones(history.count)
    with np.errstate(over="ignore"):  # what is infinitely far is far
        moved = Series(now / scale, np.ones(canary.count))
    course = path(Series(past / scale, ones), moved, policy.planned)
    limit = Boundary(ALPHA / 2, policy.minimum_harm, policy.planned).height(course.tau, course.freedom)
    proven = np.abs(course.effect) > limit * course.error / np.sqrt(course.tau)
    latest = np.searchsorted(course.count, np.arange(1, canary.count + 1), side="right")  # group; 0 before the first
    return Share(usual, found, far & np.concatenate([[False], proven])[latest])
