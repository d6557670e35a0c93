"""When sliding bounds expand or contract, and why.

Contraction: after `rollbacks` rollbacks of the parameter its bounds lose the share `contraction` of their width, around
the value in force, inside the bounds they had. They are never narrower than the floor; at the floor rollbacks lead to
nothing and are not saved up (anti-windup). Contractions in a row double the wait until the next adjustment.

Expansion: after `stable` seconds without a rollback of the parameter, a contraction or an incident, and no sooner than
`stable` after the adjustment before, both sides move outwards by half of

    width * expansion * good / (tried + 2)

where `good` of the parameter's last `tried` judged canaries were promoted. The factor is at most 1 and grows with both
performance and evidence: it is what is left of the success share when two imagined failures are added (the mean of a
Beta(good, tried - good + 2) belief). A parameter that nobody moves does not expand. What a hard bound cuts off on one
side is not added on the other.

One adjustment either expands or contracts. While the clock is before the last adjustment, nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Literal

from controller.decide.bounds.bound import Bounds, Frame, Sliding, fitted
from controller.decide.bounds.policy import BoundsPolicy
from exporter.seconds import DAY, HOUR

IMAGINED_FAILURES = 2
LEAST_ERRORS = 5  # prediction errors below which their median says nothing


@dataclass(frozen=True)
class Record:
    """How the last canaries that moved a parameter ended.

    Attributes:
        tried: judged canaries: promoted, rolled back or inconclusive.
        good: those of them that were promoted.
        errors: of their predictions, beyond the noise of what was measured; see learner.accuracy.unexplained.
        incident: whether an incident is open.
    """

    tried: int = 0
    good: int = 0
    errors: tuple[float, ...] = ()
    incident: bool = False

    @property
    def confidence(self) -> float:
        """Return good / (tried + 2), in [0, 1): performance and how much it is known from."""
        return max(0, min(self.good, self.tried)) / (self.tried + IMAGINED_FAILURES)

    @property
    def drift(self) -> float:
        """Return the median of these errors; 0 while there are too few to say."""
        return median(self.errors) if len(self.errors) >= LEAST_ERRORS else 0.0


@dataclass(frozen=True)
class Adjustment:
    """New sliding bounds, and why."""

    kind: Literal["expanded", "contracted"]
    bounds: Bounds
    reason: str


def adjust(sliding: Sliding, frame: Frame, record: Record, policy: BoundsPolicy, now: float) -> Adjustment | None:
    """Return the adjustment that is due at unix time `now`, None when none is.

    Args:
        sliding: the bounds as `fitted` returns them, with what happened since they last moved.
        frame: hard bounds, floor and value in force.
        record: how the parameter's last canaries ended.
        policy: how fast bounds move.
        now: unix seconds.
    """
    waited = now - sliding.adjusted_at
    wait = policy.wait(sliding.contractions)
    if waited < 0 or waited < wait:
        return None
    wanted = policy.contraction > 0 and sliding.rollbacks >= policy.rollbacks
    if wanted and not frame.at_floor(sliding.bounds):
        return _contracted(sliding, frame, policy)
    if now < earliest_expansion(sliding, policy) or sliding.bounds == frame.hard:
        return None
    if record.incident or record.drift > policy.drift:
        return None
    return _expanded(sliding, frame, record, policy, now)


def earliest_expansion(sliding: Sliding, policy: BoundsPolicy) -> float:
    """Return the unix time from which the bounds may expand if nothing goes wrong until then."""
    backed_off = sliding.adjusted_at + max(policy.stable, policy.wait(sliding.contractions))
    return max(sliding.since + policy.stable, backed_off)


def _contracted(sliding: Sliding, frame: Frame, policy: BoundsPolicy) -> Adjustment:
    old = sliding.bounds
    width = max(old.width * (1 - policy.contraction), frame.least)
    new = fitted(old.around(frame.value, width), frame)
    floor = ", the floor" if frame.at_floor(new) else ""
    again = policy.wait(sliding.contractions + 1) / HOUR
    return Adjustment(
        "contracted",
        new,
        f"{sliding.rollbacks} rollbacks since the last adjustment: {1 - new.width / old.width:.0%} narrower around "
        f"{frame.value:g}, {new.width:.4g} wide{floor}; contraction {sliding.contractions + 1} in a row, "
        f"nothing is adjusted for {again:.4g} h",
    )


def _expanded(sliding: Sliding, frame: Frame, record: Record, policy: BoundsPolicy, now: float) -> Adjustment | None:
    old, hard = sliding.bounds, frame.hard
    gain = old.width * policy.expansion * record.confidence
    new = Bounds(max(hard.low, old.low - gain / 2), min(hard.high, old.high + gain / 2))
    if new == old:
        return None
    return Adjustment(
        "expanded",
        new,
        f"stable for {(now - sliding.since) / DAY:.3g} days, {record.good} of the last {record.tried} canaries "
        f"promoted: {new.width / old.width - 1:.2%} wider",
    )
