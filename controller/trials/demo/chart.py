"""Lines over time as SVG, for the report. Pure: series in, text out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 28, 26
LETTER = 7  # width of one in a band's name
_COLOURS = ("#d9480f", "#1971c2", "#2f9e44", "#9c36b5", "#868e96")


@dataclass(frozen=True)
class Band:
    """A stretch of time with a name, e.g. an act."""

    start: float
    end: float
    name: str


@dataclass(frozen=True)
class _Scale:
    start: float
    end: float
    low: float
    high: float

    def x(self, at: float) -> float:
        return LEFT + (at - self.start) / max(self.end - self.start, 1e-9) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (value - self.low) / max(self.high - self.low, 1e-9) * (HEIGHT - TOP - BOTTOM)


def _scale(lines: Mapping[str, Points], bands: Sequence[Band]) -> _Scale | None:
    points = [point for line in lines.values() for point in line if math.isfinite(point[1])]
    if not points:
        return None
    times = [at for at, _ in points] + [edge for band in bands for edge in (band.start, band.end)]
    values = [value for _, value in points]
    room = (max(values) - min(values)) * 0.08 or abs(values[0]) * 0.1 or 0.1
    return _Scale(min(times), max(times), min(values) - room, max(values) + room)


def _path(points: Points, scale: _Scale) -> str:
    parts, pen = [], "M"
    for at, value in points:
        if math.isfinite(value):
            parts.append(f"{pen}{scale.x(at):.1f} {scale.y(value):.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def chart(title: str, lines: Mapping[str, Points], bands: Sequence[Band]) -> str:
    """Return an SVG of named lines of (unix seconds, value), with the bands behind them and a legend."""
    scale = _scale(lines, bands)
    if scale is None:
        return f"<p>{escape(title)}: no data</p>"
    drawn = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
    for index, band in enumerate(bands):
        left, right = scale.x(band.start), scale.x(band.end)
        drawn.append(
            f'<rect x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{HEIGHT - TOP - BOTTOM}" '
            f'class="band{index % 2}"/>'
        )
        if right - left >= LETTER * len(band.name):  # where there is no room for a name it would cover the next
            drawn.append(f'<text x="{left + 4:.1f}" y="{HEIGHT - 8}">{escape(band.name)}</text>')
    for value in (scale.low + (scale.high - scale.low) * share for share in (0.1, 0.5, 0.9)):
        y = scale.y(value)
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>'
        )
    x = LEFT
    for index, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        drawn.append(f'<path d="{_path(points, scale)}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        drawn.append(f'<text x="{x}" y="16" fill="{colour}" class="key">&#9644; {escape(name)}</text>')
        x += 30 + 8 * len(name)
    return "".join([*drawn, "</svg>"])
