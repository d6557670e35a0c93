"""The shift between two samples with its confidence interval, by inverting the rank-sum statistic with ties.

W(mu) is the Mann-Whitney statistic of (x - mu, y), standardised with the corrections for ties and continuity; it falls
as mu grows. The interval ends where W = +z and W = -z, the estimate where W = 0 (R's `wilcox.test`, asymptotic branch,
as Kayenta rebuilt it). Ranks are never formed: counts of y below each distinct x give the same sum in O(m log n).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from controller.decide.rivals.brent import Point, solve
from controller.model import Floats


class AllTiedError(ValueError):
    """Every observation has the same rank: the statistic has no variance."""


@dataclass(frozen=True)
class Shift:
    """By how much x lies above y: Hodges-Lehmann estimate and interval, in the samples' unit."""

    estimate: float
    low: float
    high: float


class RankSum:
    """W(mu) of two samples of finite numbers, shapes [M] and [N], M, N >= 1."""

    def __init__(self, sample: Floats, other: Floats) -> None:
        self._places, counts = np.unique(sample, return_counts=True)
        self._counts: Floats = counts.astype(float)
        places, counts = np.unique(other, return_counts=True)
        self._others: Floats = np.append(places, np.nan)  # a place equal to nothing for whatever lies above all
        self._other_counts: Floats = np.append(counts, 0).astype(float)
        self._below: Floats = np.append(0.0, np.cumsum(counts))
        self._size, self._other_size = sample.size, other.size
        self._ties = float((self._counts**3 - self._counts).sum() + (self._other_counts**3 - self._other_counts).sum())
        self.lowest = float(self._places[0] - places[-1])
        self.highest = float(self._places[-1] - places[0])
        self._search = places

    def __call__(self, shift: float) -> float:
        """Return W at a shift.

        Raises:
            AllTiedError: all observations are tied there.
        """
        moved = self._places - shift
        index: NDArray[np.intp] = self._search.searchsorted(moved)
        tied = np.where(self._others[index] == moved, self._other_counts[index], 0.0)
        pairs = self._size * self._other_size
        distance = float(self._counts @ (self._below[index] + tied / 2)) - pairs / 2
        ties = self._ties + 3 * float((self._counts * tied) @ (self._counts + tied))  # (a+b)^3 - a^3 - b^3 = 3ab(a+b)
        total = self._size + self._other_size
        variance = pairs / 12 * (total + 1 - ties / (total * (total - 1)))
        if variance <= 0:
            raise AllTiedError("all observations are tied: the rank-sum statistic has no variance")
        return float((distance - 0.5 * np.sign(distance)) / np.sqrt(variance))

    def dominance(self) -> float:
        """Return P(x > y) + P(x = y) / 2, the common-language effect size."""
        index: NDArray[np.intp] = self._search.searchsorted(self._places)
        tied = np.where(self._others[index] == self._places, self._other_counts[index], 0.0)
        return float(self._counts @ (self._below[index] + tied / 2)) / (self._size * self._other_size)

    def shift(self, confidence: float) -> Shift:
        """Return the estimate and its two-sided interval.

        Raises:
            AllTiedError: the statistic has no variance at an end of the range.
        """
        z = float(ndtri((1 + confidence) / 2))
        ends = self(self.lowest), self(self.highest)
        return Shift(estimate=self._root(0.0, ends), low=self._clamped(z, ends), high=self._clamped(-z, ends))

    def _clamped(self, target: float, ends: tuple[float, float]) -> float:
        """Return where W = target, or the end of the range beyond which it would lie."""
        if ends[0] <= target:
            return self.lowest
        if ends[1] >= target:
            return self.highest
        return self._root(target, ends)

    def _root(self, target: float, ends: tuple[float, float]) -> float:
        low, high = Point(self.lowest, ends[0] - target), Point(self.highest, ends[1] - target)
        return solve(lambda shift: self(shift) - target, low, high)
