"""How long a pause lasts: longer with every strike, and strikes are forgotten one by one while all is well."""

from __future__ import annotations

from controller.decide.drift.policy import MOST_DOUBLINGS, PausePolicy


def remaining(strikes: int, quiet_since: float | None, policy: PausePolicy, now: float) -> int:
    """Return the strikes that are not forgotten yet.

    Args:
        strikes: as of the last pause.
        quiet_since: unix time at which that pause ended; None while it lasts, or without one.
        policy: how fast they are forgotten.
        now: unix time.
    """
    if quiet_since is None:
        return strikes
    return max(0, strikes - int(max(0.0, now - quiet_since) // policy.quiet))


def length(strikes: int, policy: PausePolicy) -> float:
    """Return the seconds of a pause that is the strike of that number, 1 for the first."""
    return float(min(policy.first * 2.0 ** min(max(strikes, 1) - 1, MOST_DOUBLINGS), policy.most))
