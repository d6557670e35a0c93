"""How diverse and how new the selected categories are, over tumbling windows, so that samples do not overlap.

A window covers [i * length, (i + 1) * length) of unix time. When the first selection of a later window comes, the
window before is judged: its normalised Shannon entropy, and its Kullback-Leibler divergence from the windows before it
(their counts, fading by a factor per window). Both are biased by the number of selections in a window: compare arms of
equal size. A window in which nothing was selected is passed over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SMOOTHING: Final = 0.5
"""Pseudo-count per category (Jeffreys): an empty category makes the divergence large, not infinite."""

FADE: Final = 0.8
"""Weight of each window against the next in the reference: about the last five windows count."""


@dataclass(frozen=True)
class Diversity:
    """One window, judged.

    Attributes:
        entropy: Shannon entropy over its maximum, 0..1.
        kld: divergence from the windows before, nats, 0 or more.
    """

    entropy: float
    kld: float


def normalised_entropy(counts: NDArray[np.float64]) -> float:
    """Return the entropy of category counts [C] over log(C); 0 for no counts or one category."""
    total = float(counts.sum())
    if total <= 0.0 or len(counts) < 2:  # noqa: PLR2004 - one category has no spread
        return 0.0
    shares = counts[counts > 0] / total
    return max(0.0, float(-(shares * np.log(shares)).sum()) / math.log(len(counts)))


def smoothed_kld(counts: NDArray[np.float64], reference: NDArray[np.float64], smoothing: float = SMOOTHING) -> float:
    """Return KL(counts || reference) in nats, both category counts [C] smoothed by a pseudo-count."""
    p = (counts + smoothing) / (counts.sum() + smoothing * len(counts))
    q = (reference + smoothing) / (reference.sum() + smoothing * len(reference))
    return max(0.0, float((p * np.log(p / q)).sum()))


class TumblingDiversity:
    """Counts one arm's categories and judges each window when it has ended."""

    def __init__(self, categories: int, seconds: float) -> None:
        if not seconds > 0:
            raise ValueError(f"a window of {seconds} s is no window: give it a positive length")
        self.seconds = seconds
        self._counts = np.zeros(categories)
        self._past = np.zeros(categories)
        self._window: int | None = None

    def add(self, now: float, categories: NDArray[np.int64]) -> Diversity | None:
        """Count categories selected at unix time `now`, any shape; return the window before if this begins another."""
        ended = self.close(now)
        self._counts += np.bincount(categories.ravel(), minlength=len(self._counts))
        return ended

    def close(self, now: float) -> Diversity | None:
        """Return the window that has ended at `now`, if one has and it holds selections."""
        window = math.floor(now / self.seconds)
        if window == self._window:
            return None
        self._window = window
        if not self._counts.any():
            return None
        # The first window of all has no past: its divergence is 0.
        past = self._past if self._past.any() else self._counts
        judged = Diversity(normalised_entropy(self._counts), smoothed_kld(self._counts, past))
        self._past = FADE * self._past + self._counts
        self._counts = np.zeros_like(self._counts)
        return judged
