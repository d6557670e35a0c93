"""The parameters as coordinates: numbers on [-1, 1] of their hard bounds, choices as one column per choice.

A response is modelled as linear in `features`: the numbers' coordinates, their squares, their products in pairs, and
one indicator per choice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from controller.model import Floats
from exporter.parameters import Value


@dataclass(frozen=True)
class Axis:
    """One parameter.

    Attributes:
        name: its name.
        low, high: hard bounds of a number, low < high; 0 and 1 for a choice.
        quantum: values are proposed as multiples of it; 0 for any value.
        choices: what a choice may be; () for a number.
        whole: whether values are integers.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    quantum: float = 0.0
    choices: tuple[str, ...] = ()
    whole: bool = False

    @property
    def half(self) -> float:
        """Half the bounds' width: what one unit of the coordinate is."""
        return (self.high - self.low) / 2


def _place(axis: Axis, value: Value) -> int:
    if value not in axis.choices:
        raise ValueError(f"parameter {axis.name}: {value!r} is none of {', '.join(axis.choices)}")
    return axis.choices.index(str(value))


@dataclass(frozen=True)
class Space:
    """All parameters; `axes` in order, numbers and choices may mix."""

    axes: tuple[Axis, ...]

    @cached_property
    def numbers(self) -> tuple[Axis, ...]:
        """The axes that are numbers."""
        return tuple(axis for axis in self.axes if not axis.choices)

    @cached_property
    def choices(self) -> tuple[Axis, ...]:
        """The axes that are choices."""
        return tuple(axis for axis in self.axes if axis.choices)

    @cached_property
    def _pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Places of the numbers of each pair, first and second."""
        first, second = np.triu_indices(len(self.numbers), 1)
        return first, second

    @cached_property
    def _scale(self) -> tuple[Floats, Floats]:
        """Lower bounds and half widths of the numbers."""
        return np.array([axis.low for axis in self.numbers]), np.array([axis.half for axis in self.numbers])

    def rows(self, values: Sequence[Mapping[str, Value]]) -> Floats:
        """Return sets of values as rows, [N, A]: numbers as they are, choices by their place.

        Raises:
            KeyError: a parameter has no value.
            ValueError: a choice is none of those there are.
        """
        return np.array(
            [
                [
                    _place(axis, one[axis.name]) if axis.choices else float(one[axis.name])
                    for axis in (*self.numbers, *self.choices)
                ]
                for one in values
            ],
            dtype=float,
        ).reshape(len(values), len(self.axes))

    def values(self, row: Floats) -> dict[str, Value]:
        """Return one row [A] as values of the parameters' kinds."""
        found: dict[str, Value] = {}
        for axis, cell in zip((*self.numbers, *self.choices), row.tolist(), strict=True):
            if axis.choices:
                found[axis.name] = axis.choices[round(cell)]
            else:
                found[axis.name] = round(cell) if axis.whole else cell
        return {axis.name: found[axis.name] for axis in self.axes}

    def features(self, rows: Floats) -> Floats:
        """Return the features of rows [N, A], shape [N, F]; 0 in the middle of the bounds but for the choices."""
        count, (low, half), (first, second) = len(self.numbers), self._scale, self._pairs
        away = (rows[:, :count] - low) / half - 1.0
        parts = [away, away**2, away[:, first] * away[:, second]]
        for index, axis in enumerate(self.choices):
            parts.append((rows[:, count + index, None] == np.arange(len(axis.choices))).astype(float))
        return np.hstack(parts)

    def snapped(self, rows: Floats) -> Floats:
        """Return rows [N, A] with every number at the nearest multiple of its quantum, counted from zero."""
        out = rows.copy()
        for index, axis in enumerate(self.numbers):
            if axis.quantum > 0:
                digits = max(0, 12 - math.floor(math.log10(max(abs(axis.low), abs(axis.high), axis.quantum))))
                out[:, index] = np.round(np.round(rows[:, index] / axis.quantum) * axis.quantum, digits)
        return out
