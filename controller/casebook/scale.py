"""Time and effect -> where they stand on a chart; and which of both stand beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from controller.casebook.reading import interval
from controller.journal.event import KpiLook
from exporter.seconds import HOUR, MINUTE

WILD = 4.0  # times the last interval's width beyond which an early look does not set the scale
_TICKS = 6  # times, or effects, beside an axis at most
_LARGEST = 1e300  # beyond it, differences may be too large for a float
_ROOM = 0.08  # of the range, left free above and below
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIMES = (1.0, 5.0, 10.0, 30.0, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)


@dataclass(frozen=True)
class Scale:
    """Seconds since the start (0 to `end`) and effects (`low` to `high`) on a drawing with room for labels."""

    end: float
    low: float
    high: float
    width: float = 960.0
    height: float = 260.0
    left: float = 88.0
    right: float = 128.0
    top: float = 24.0
    bottom: float = 28.0

    @classmethod
    def of(cls, seen: Sequence[tuple[float, KpiLook]], lines: Sequence[Sequence[float]], end: float) -> Scale:
        """Return the scale that shows zero, the last look whole, boundaries from half way on, and calm estimates."""
        last_low, last_high = interval(seen[-1][1])
        width = last_high - last_low
        calm = [item.effect for _, item in seen if not math.isfinite(width) or _width(item) <= WILD * width]
        borders = [value for line in lines for value in line[len(line) // 2 :]]
        if math.isfinite(width) and width > 0:
            borders = [value for value in borders if abs(value) <= WILD * max(width, abs(seen[-1][1].effect))]
        wanted = [0.0, seen[-1][1].effect, last_low, last_high, *calm, *borders]
        found = [min(max(value, -_LARGEST), _LARGEST) for value in wanted if math.isfinite(value)]
        low, high = min(found), max(found)
        room = _ROOM * (high - low) or abs(high) or 1.0
        return cls(max(end, 1e-3), low - room, high + room)

    @property
    def wall(self) -> float:
        """Right end of the drawing."""
        return self.width - self.right

    @property
    def floor(self) -> float:
        """Lower end of the drawing."""
        return self.height - self.bottom

    def area(self, left: float, right: float) -> str:
        """Return the attributes of a rectangle from top to bottom."""
        return f'x="{left:.1f}" y="{self.top:g}" width="{right - left:.1f}" height="{self.floor - self.top:g}"'

    @property
    def second(self) -> float:
        """Seconds of one unit of the drawing."""
        return self.end / (self.wall - self.left)

    def x(self, seconds: float) -> float:
        """Return where a time stands."""
        return self.left + min(max(seconds / self.end, 0.0), 1.0) * (self.wall - self.left)

    def y(self, effect: float) -> float:
        """Return where an effect stands; a little outside the drawing when it lies outside, or has no end."""
        size = max(abs(self.low), abs(self.high))  # the range itself may be too large for a float
        span = self.high / size - self.low / size
        share = min(max((effect / size - self.low / size) / span, -1.0), 2.0)
        return self.floor - share * (self.floor - self.top)

    def levels(self) -> tuple[float, ...]:
        """Return round effects to write beside the axis; zero is one of them."""
        span = self.high / _TICKS - self.low / _TICKS
        power = 10.0 ** math.floor(math.log10(span)) if span > 0 else 0.0
        step = next((power * size for size in _STEPS if power * size >= span), 0.0)
        if not (math.isfinite(step) and step > 0):
            return (0.0,)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return tuple(count * step if count else 0.0 for count in range(first, last + 1))

    def times(self) -> tuple[tuple[float, str], ...]:
        """Return round times since the start, in seconds and in words."""
        wanted = self.end / _TICKS
        step = next((size for size in _TIMES if size >= wanted), HOUR * math.ceil(wanted / HOUR))
        size, name = (1.0, "s") if self.end < 2 * MINUTE else (MINUTE, "min") if self.end < 6 * HOUR else (HOUR, "h")
        return tuple((count * step, f"{count * step / size:g} {name}") for count in range(int(self.end / step) + 1))


def _width(item: KpiLook) -> float:
    low, high = interval(item)
    return high - low
