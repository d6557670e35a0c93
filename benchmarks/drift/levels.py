"""Hours of a made KPI: a daily season, noise with memory, and a shift or none; in standard deviations of an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.signal import lfilter

from controller.model import Floats

BASELINE, WATCH = 168, 96  # hours that a detector sees: how it usually goes, and what is looked at
WINDOW: Final = BASELINE + WATCH
MONTH: Final = 552  # hours that are watched for false alarms: 23 days
AFTER: Final = 168  # hours that a shift is watched for


@dataclass(frozen=True)
class Course:
    """How a KPI is made.

    Attributes:
        memory: correlation of neighbouring hours.
        season: amplitude of the daily season.
        weekend: by how much Saturdays and Sundays differ.
        shift: by how much the level moves after the first window; 0 for not at all.
        ramp: hours over which it moves.
        white: share of the variance that has no memory.
        spikes: chance of an hour that is 8 deviations off.
    """

    memory: float
    season: float = 1.0
    weekend: float = 0.0
    shift: float = 0.0
    ramp: int = 0
    white: float = 0.0
    spikes: float = 0.0

    def hours(self, seed: int, count: int) -> Floats:
        """Return so many hours, [count]; a shift begins at hour `WINDOW`."""
        rng = np.random.default_rng([seed, round(100 * self.memory)])
        innovations = rng.normal(size=count + 200)
        innovations[1:] *= np.sqrt(1 - self.memory**2)
        persisting = lfilter([1.0], [1.0, -self.memory], innovations)[200:]
        noise = np.sqrt(1 - self.white) * persisting + np.sqrt(self.white) * rng.normal(size=count)
        noise += 8.0 * (rng.random(count) < self.spikes)
        at = np.arange(count)
        first = rng.integers(24 * 7)
        daily = self.season * np.sin(2 * np.pi * at / 24)
        weekly = self.weekend * (((at + first) // 24) % 7 >= 5)  # noqa: PLR2004 - the last two days of seven
        moved = self.shift * np.clip((at - WINDOW + 1) / max(1, self.ramp), 0, 1)
        found: Floats = noise + daily + weekly + moved
        return found
