"""The way back after a pause: proposals get a part of their room, then more, then all of it, while all is well.

A pure function of what happened and of the time. Every stage lasts the same time. A setback (a canary that failed,
drift that was found) begins the stage anew: it takes no room away, but gives none either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from controller.decide.drift.policy import PausePolicy


@dataclass(frozen=True)
class Stage:
    """Where the way back stands.

    Attributes:
        fraction: of the room that proposals have, 0 < fraction <= 1; 1 when there is no way back to go.
        number: of the stage, from 1; 0 when it is over.
        of: how many stages there are.
        until: unix time at which the next one begins if nothing goes wrong; None when it is over.
    """

    fraction: float = 1.0
    number: int = 0
    of: int = 0
    until: float | None = None

    @property
    def over(self) -> bool:
        """Whether proposals have all of their room."""
        return self.number == 0


def stage(returned: float | None, setbacks: Iterable[float], policy: PausePolicy, now: float) -> Stage:
    """Return where the way back stands.

    Args:
        returned: unix time at which the last pause for drift ended; None when there was none.
        setbacks: unix times of what went wrong, in any order.
        policy: how long it takes, in which stages.
        now: unix time.
    """
    if returned is None or not policy.stages:
        return Stage()
    each, count = policy.return_over / len(policy.stages), len(policy.stages)
    begin, done = returned, 0
    for setback in sorted(time for time in setbacks if returned < time <= now):
        done = min(count, done + math.floor((setback - begin) / each))
        if done == count:
            return Stage()
        begin = setback
    done += math.floor(max(0.0, now - begin) / each)
    if done >= count:
        return Stage()
    until = begin + (1 + math.floor(max(0.0, now - begin) / each)) * each
    return Stage(policy.stages[done], done + 1, count, until)
