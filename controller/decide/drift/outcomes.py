"""How canaries ended: the share that was rolled back, and how many failed one after the other.

Canaries are few: one a day. One rollback among seven is 14 %, and says nothing. So the share is held against the
binomial distribution: it is drift when chance does not explain so many rollbacks at a true share of the limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # parts of it that load slowly are loaded when they are used

from controller.decide.drift.policy import FailurePolicy, RollbackPolicy
from controller.decide.drift.reading import Cause, Health, Reading, period
from controller.duration import duration

ROLLED_BACK = "rolled_back"
JUDGED = ("promoted", ROLLED_BACK, "inconclusive")
FAILED = (ROLLED_BACK, "failed", "blind")
"""What counts as a failure; `refused`, `held` and `aborted` cycles tried nothing to its end, and count nowhere."""


@dataclass(frozen=True)
class Ended:
    """A cycle of the autopilot's own that ended at unix time `at`; what an operator forced is left out."""

    at: float
    outcome: str


def rollbacks(ended: Sequence[Ended], policy: RollbackPolicy, since: float, now: float) -> Reading:
    """Return what the share of rolled back canaries says.

    Args:
        ended: cycles, in any order.
        policy: windows and thresholds.
        since: unix time before which nothing counts.
        now: unix time.
    """
    count, bad = rate(ended, policy.window, since, now)
    value = bad / count if count else math.nan
    if not count:
        text = f"no canary was judged {period(policy.window, since, now)}: nothing to say"
        return Reading(Cause.ROLLBACKS, Health.UNKNOWN, value, math.nan, 0, text)
    most = least_rollbacks(count, policy.limit, policy)
    say = f"{bad} of {count} canaries were rolled back {period(policy.window, since, now)} ({value:.0%})"
    threshold = most / count if most <= count else math.nan
    bar = f"drift is {most} of {count}" if most <= count else f"drift takes {most} rollbacks"

    def reading(health: Health, why: str) -> Reading:
        return Reading(Cause.ROLLBACKS, health, value, threshold, count, f"{say}, {bar}: {why}")

    if bad >= most:
        return reading(Health.DRIFT, f"chance does not explain so many at a true share of {policy.limit:.0%}")
    long_count, long_bad = rate(ended, policy.target_window, since, now)
    if long_bad >= least_rollbacks(long_count, policy.target, policy):
        return reading(
            Health.WARNING,
            f"over {duration(policy.target_window)} {long_bad} of {long_count}, clearly above the target of "
            f"{policy.target:.0%}",
        )
    return reading(Health.HEALTHY, "chance explains it" if bad else "as it should be")


def rate(ended: Sequence[Ended], window: float, since: float, now: float) -> tuple[int, int]:
    """Return how many canaries were judged in a window up to `now`, and how many of them were rolled back."""
    begin = max(since, now - window)
    judged = [one.outcome for one in ended if begin < one.at <= now and one.outcome in JUDGED]
    return len(judged), judged.count(ROLLED_BACK)


def least_rollbacks(count: int, share: float, policy: RollbackPolicy) -> int:
    """Return the fewest rollbacks among so many canaries that chance does not explain at a true share."""
    # of 0, 1, ... rollbacks or more; the last is of more than all
    chances = scipy.special.bdtrc(np.arange(-1.0, count + 1), count, share)
    return max(int(np.argmax(chances < policy.chance)), policy.least)


def failures(ended: Sequence[Ended], policy: FailurePolicy, since: float) -> Reading:
    """Return what the failures one after the other say; `ended` is oldest first, up to now."""
    count = row(ended, since)
    say = f"{count} canaries in a row failed" if count != 1 else "the last canary failed"
    health, why = Health.HEALTHY, f"drift is {policy.row}"
    if count >= policy.row:
        health, why = Health.DRIFT, f"{policy.row} are drift: whatever is tried now fails"
    elif not count:
        say = "no canary failed since one that did not" if ended else "no canary has ended yet"
    return Reading(Cause.FAILURES, health, float(count), float(policy.row), count, f"{say}; {why}")


def row(ended: Sequence[Ended], since: float) -> int:
    """Return how many canaries failed since the last one that did not; cycles that tried nothing are passed over."""
    count = 0
    for one in reversed(ended):
        if one.at <= since or (one.outcome in JUDGED and one.outcome not in FAILED):
            break
        count += one.outcome in FAILED
    return count
