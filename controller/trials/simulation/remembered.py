"""A proposer whose memory outlives the controller: all it is told is recorded, and told again to the one made anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from controller.trials.simulation.task import Box, Doubting, Estimate, Idea, Proposer, Trial, Values


@dataclass(frozen=True)
class Observed:
    """Levels that a proposer was told."""

    day: float
    values: Values
    levels: Mapping[str, Estimate]


class Remembered:
    """Hands everything on to a proposer, and keeps a record of it.

    Args:
        make: makes the proposer, the same one each time.
    """

    def __init__(self, make: Callable[[], Proposer]) -> None:
        self._make = make
        self._told: list[Observed | Trial] = []
        self._proposer = make()

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Record and hand on the levels."""
        self._tell(Observed(day, dict(values), dict(levels)))

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return what the proposer wants to try."""
        return self._proposer.propose(day, dict(values), dict(box), rng)

    def doubt(self, trial: Trial) -> str | None:
        """Return what the proposer has against a promotion, None when nothing."""
        return self._proposer.doubt(trial) if isinstance(self._proposer, Doubting) else None

    def learn(self, trial: Trial) -> None:
        """Record and hand on a trial."""
        self._tell(trial)

    def restart(self) -> None:
        """Make the proposer anew, and tell it everything again in order."""
        self._proposer = self._make()
        for told in self._told:
            self._hand_on(told)

    def _tell(self, told: Observed | Trial) -> None:
        self._told.append(told)
        self._hand_on(told)

    def _hand_on(self, told: Observed | Trial) -> None:
        if isinstance(told, Trial):
            self._proposer.learn(told)
        else:
            self._proposer.observe(told.day, dict(told.values), dict(told.levels))
