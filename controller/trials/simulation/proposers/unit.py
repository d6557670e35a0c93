"""Parameters on a common scale: every bound's width is 1, so that parameters of different units compare."""

from __future__ import annotations

import numpy as np

from controller.model import Floats
from controller.trials.simulation.task import Box, Values


class Unit:
    """The unit cube of some bounds; the order of the parameters is that of the bounds.

    Args:
        bounds: hard bounds (low, high) of every parameter, low < high.
    """

    def __init__(self, bounds: Box) -> None:
        self.names = tuple(bounds)
        self.low = np.array([low for low, _ in bounds.values()], dtype=np.float64)
        self.width = np.array([high - low for low, high in bounds.values()], dtype=np.float64)

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return len(self.names)

    def point(self, values: Values) -> Floats:
        """Return values as a point, [d]."""
        point: Floats = (np.array([values[name] for name in self.names], dtype=np.float64) - self.low) / self.width
        return point

    def box(self, box: Box) -> tuple[Floats, Floats]:
        """Return the lowest and the highest corner, each [d]."""
        low = self.point({name: low for name, (low, _) in box.items()})
        high = self.point({name: high for name, (_, high) in box.items()})
        return low, high

    def values(self, point: Floats, box: Box) -> dict[str, float]:
        """Return a point's values, rounded into the box that they were chosen in."""
        wide = (self.low + point * self.width).tolist()
        return {name: min(max(value, box[name][0]), box[name][1]) for name, value in zip(self.names, wide, strict=True)}
