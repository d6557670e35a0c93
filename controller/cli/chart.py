"""A KPI's effect over the looks of a canary, as lines of plain characters. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

GUTTER = 12  # characters to the left of the plot
NARROWEST = 2  # characters that one look takes at least: one for its interval, one for the boundaries
WIDEST = 4  # characters that one look takes at most
LOWEST = 3  # lines of the lowest plot
TALLEST = 11  # lines of a plot, unless told otherwise
WILD = 4.0  # times the last interval's width beyond which an early look does not set the scale
LEGEND = "o effect  | interval  - zero  x harm boundary  + benefit boundary"
NOTHING = "nothing was seen yet"


@dataclass(frozen=True)
class Mark:
    """One look at a KPI, in the KPI's unit; NaN where a value is not known.

    Attributes:
        points: points of evidence so far.
        effect: the estimate.
        low: lower end of its interval.
        high: upper end of its interval.
        harm: effects beyond which it is rolled back; two for a band.
        benefit: effect beyond which it is promoted, NaN when that is not asked of it.
    """

    points: int
    effect: float
    low: float
    high: float
    harm: tuple[float, ...] = ()
    benefit: float = math.nan

    @property
    def width(self) -> float:
        """Width of the interval."""
        return self.high - self.low


def chart(marks: Sequence[Mark], *, width: int = 78, height: int = TALLEST) -> list[str]:
    """Return the lines of a chart: time to the right, the effect upwards, one or more columns for each look.

    Args:
        marks: the looks in order; those that saw no effect are left out.
        width: characters of the longest line, at least 30; more looks than fit are thinned out, the last one stays.
        height: lines of the plot, at least 3.
    """
    seen = [mark for mark in marks if math.isfinite(mark.effect)]
    if not seen:
        return [NOTHING]
    columns = max(width, 30) - GUTTER
    shown = _thinned(seen, columns // NARROWEST)
    stride = min(WIDEST, columns // len(shown))
    scale = _Scale.of(shown, max(height, LOWEST))
    plot = [[" "] * (stride * len(shown)) for _ in range(scale.height)]
    plot[scale.row(0.0)] = ["-"] * (stride * len(shown))
    for index, mark in enumerate(shown):
        _draw(plot, scale, mark, range(index * stride, (index + 1) * stride))
    labels = {0: scale.top, scale.row(0.0): 0.0, scale.height - 1: scale.bottom}
    lines = [(_label(labels.get(row)) + "".join(cells)).rstrip() for row, cells in enumerate(plot)]
    return [*lines, _foot(shown, stride * len(shown)), " " * GUTTER + LEGEND]


def _thinned(marks: list[Mark], most: int) -> list[Mark]:
    if len(marks) <= most:
        return marks
    gap = (len(marks) - 1) / (most - 1)
    return [marks[round(i * gap)] for i in range(most)]


def _label(value: float | None) -> str:
    return " " * GUTTER if value is None else (f"{value:+.3g}" if value else "0").rjust(GUTTER - 1) + " "


def _foot(shown: list[Mark], length: int) -> str:
    first, last = f"{shown[0].points}", f"{shown[-1].points} points"
    return " " * GUTTER + (last if len(shown) == 1 else first + last.rjust(max(length - len(first), len(last) + 1)))


@dataclass(frozen=True)
class _Scale:
    """Effect -> row, from the top down."""

    bottom: float
    top: float
    height: int

    @classmethod
    def of(cls, marks: list[Mark], height: int) -> _Scale:
        """Return the scale that shows zero, the last look whole, boundaries from half time on, and calm estimates."""
        last, half = marks[-1], marks[len(marks) // 2]
        calm = [m for m in marks if not math.isfinite(last.width) or m.width <= WILD * last.width] or [last]
        wanted = [0.0, last.low, last.high, *(mark.effect for mark in calm)]
        borders = (*last.harm, last.benefit, *half.harm, half.benefit)
        found = [value for value in (*wanted, *borders) if math.isfinite(value)]
        low, high = min(found), max(found)
        return cls(low, high, height) if low < high else cls(low - 1.0, high + 1.0, height)

    def row(self, value: float) -> int:
        """Return the row of a value, the nearest one when it lies outside."""
        size = max(abs(self.bottom), abs(self.top))  # halves below: the range itself may be too large for a float
        span = self.top / size / 2 - self.bottom / size / 2
        share = (self.top / size / 2 - min(max(value, self.bottom), self.top) / size / 2) / span
        return round(share * (self.height - 1))

    def holds(self, value: float) -> bool:
        """Whether a value is on the chart."""
        return self.bottom <= value <= self.top


def _draw(plot: list[list[str]], scale: _Scale, mark: Mark, columns: range) -> None:
    middle = columns[len(columns) // 2]
    for value, sign in (*((harm, "x") for harm in mark.harm), (mark.benefit, "+")):
        if scale.holds(value):
            for column in columns:
                plot[scale.row(value)][column] = sign
    if not math.isnan(mark.width):
        for row in range(scale.row(mark.high), scale.row(mark.low) + 1):
            plot[row][middle] = "|"
    edge = "o" if scale.holds(mark.effect) else "^" if mark.effect > scale.top else "v"
    plot[scale.row(mark.effect)][middle] = edge
