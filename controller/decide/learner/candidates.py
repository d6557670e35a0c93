"""Candidates for the next change: random points of the box, then points near the best of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from controller.decide.learner.space import Space
from controller.model import Floats
from exporter.parameters import Value

FIRST = 600  # candidates before any is scored
BEST = 12  # that others are made of
CHILDREN = 16  # of each
ROUNDS = 2


@dataclass(frozen=True)
class Box:
    """Where a proposal may go.

    Attributes:
        intervals: number -> (low, high), both inclusive; a number may always stay, and low above high leaves only that.
        choices: choice -> what it may be, the value in force included.
        most: parameters that one change may move; None for all of them.
    """

    intervals: Mapping[str, tuple[float, float]]
    choices: Mapping[str, Sequence[str]]
    most: int | None = None


class Field:
    """The box as rows: makes and bounds candidates.

    Args:
        space: the parameters.
        box: where they may go.
        base: values in force.
    """

    def __init__(self, space: Space, box: Box, base: Mapping[str, Value]) -> None:
        self._space = space
        (self.base,) = space.rows([base])
        self._low, self._high = self.base.copy(), self.base.copy()
        self._most = box.most
        self._options: dict[int, Floats] = {}
        for index, axis in enumerate(space.numbers):
            if axis.name in box.intervals:
                low, high = box.intervals[axis.name]
                if math.isfinite(high - low) and low <= high:
                    self._low[index], self._high[index] = low, high
        for place, axis in enumerate(space.choices, start=len(space.numbers)):
            allowed = [axis.choices.index(name) for name in box.choices.get(axis.name, ()) if name in axis.choices]
            options = np.array(sorted({*allowed, int(self.base[place])}), dtype=float)
            self._options[place], self._low[place], self._high[place] = options, options[0], options[-1]

    def first(self, rng: np.random.Generator) -> Floats:
        """Return the first candidates, [N, A]: a third at the edges of the box, each moving some of the parameters."""
        shape = (FIRST, self.base.size)
        share = rng.uniform(0, 1, shape)
        edge = FIRST // 3
        pushed = 0.5 + 0.5 * rng.choice([-1.0, 1.0], (edge, self.base.size)) * rng.uniform(0.3, 1, (edge, 1))
        share[:edge] = pushed
        rows = self._low + share * (self._high - self._low)
        for place, options in self._options.items():
            rows[:, place] = rng.choice(options, FIRST)
        moved = rng.uniform(size=shape) < rng.uniform(0.2, 1, (FIRST, 1))
        return self.inside(np.where(moved, rows, self.base))

    def near(self, rows: Floats, spread: float, rng: np.random.Generator) -> Floats:
        """Return rows [M, A] and their children, which differ by `spread` of the box's width."""
        children = np.repeat(rows, CHILDREN, axis=0)
        children = children + rng.normal(0, 1, children.shape) * spread * (self._high - self._low)
        for place in self._options:
            children[:, place] = np.repeat(rows[:, place], CHILDREN)
        return np.vstack([rows, self.inside(children)])

    def without(self, row: Floats) -> Floats:
        """Return the row [A] with each moved parameter put back, one at a time: [moved, A]."""
        moved = np.flatnonzero(row != self.base)
        rows = np.repeat(row[None], moved.size, axis=0)
        rows[np.arange(moved.size), moved] = self.base[moved]
        return rows

    def inside(self, rows: Floats) -> Floats:
        """Return rows with values that the parameters can have, inside the box; what does not move stays exactly."""
        snapped = self._space.snapped(np.clip(rows, self._low, self._high))
        outside = (snapped < self._low) | (snapped > self._high)
        return self._few(np.where(outside | (rows == self.base), self.base, snapped))

    def _few(self, rows: Floats) -> Floats:
        """Return rows in which only the parameters that move farthest, relative to the box, do: at most `most`."""
        if self._most is None or self._most >= self.base.size:
            return rows
        width = np.maximum(self._high - self._low, np.finfo(float).tiny)
        order = np.argsort(-np.abs(rows - self.base) / width, axis=1, kind="stable")[:, : self._most]
        kept = np.zeros(rows.shape, dtype=bool)
        np.put_along_axis(kept, order, values=True, axis=1)
        return np.where(kept, rows, self.base)
