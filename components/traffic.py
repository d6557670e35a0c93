"""Who asks for selections, and when: open-loop Poisson arrivals of viewers who keep their arm.

Open loop: arrivals depend on the clock alone, never on how the service or the LLM is doing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from exporter import names
from exporter.parameters import LiveParameters

POPULATION: Final = 20_000
_LONGEST_GAP: Final = 2.0
"""Seconds after which a gap is a suspended machine, not a slow tick: its arrivals are lost, not piled up."""


class Arrivals:
    """How many selections are due.

    Args:
        rate: selections per second.
        now: monotonic seconds, as in every later call.
        rng: draws the counts.
    """

    def __init__(self, rate: float, now: float, rng: np.random.Generator) -> None:
        if not 0.0 < rate < 1e6:  # noqa: PLR2004 - a typing error, not a service
            raise ValueError(f"a rate of {rate} selections/s cannot be served: give one from above 0 to 1000000")
        self._rate = rate
        self._at = now
        self._rng = rng

    def due(self, now: float) -> int:
        """Return the arrivals since the last call; a Poisson count."""
        gap = min(max(0.0, now - self._at), _LONGEST_GAP)
        self._at = now
        return int(self._rng.poisson(self._rate * gap))


class Audience:
    """A population of viewers and the arm of each, hashed again only when salt or weights change."""

    def __init__(self, rng: np.random.Generator, population: int = POPULATION) -> None:
        self._rng = rng
        self._viewers = tuple(f"viewer-{i}" for i in range(population))
        self._split: tuple[str, tuple[float, ...]] | None = None
        self._arms: NDArray[np.int64] = np.zeros(population, dtype=np.int64)

    def arms(self, live: LiveParameters) -> NDArray[np.int64]:
        """Return the arm of every viewer, as an index into names.ARMS; [population]."""
        split = (live.salt, tuple(live.weights[arm] for arm in names.ARMS))
        if split != self._split:
            index = {arm: i for i, arm in enumerate(names.ARMS)}
            self._arms = np.array([index[live.arm_of(viewer)] for viewer in self._viewers], dtype=np.int64)
            self._split = split
        return self._arms

    def draw(self, live: LiveParameters, count: int) -> list[int]:
        """Return how many of `count` arriving viewers fall to each arm, in the order of names.ARMS."""
        viewers = self._rng.integers(0, len(self._viewers), count)
        counts: list[int] = np.bincount(self.arms(live)[viewers], minlength=len(names.ARMS)).tolist()
        return counts
