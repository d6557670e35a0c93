"""The effect on one KPI over the course of a canary, as SVG: estimate, interval, boundaries, stillness, decision.

Pure: a record in, text out. Colours are the page's (classes); everything that is drawn has a title to hover over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from controller.casebook.reading import benefit_line, harm_lines, interval, margin_lines
from controller.casebook.record import Record
from controller.casebook.scale import Scale
from controller.casebook.words import Terms, minute
from controller.duration import duration
from controller.journal.event import KpiLook

_LINES = (("harm", "harm boundary"), ("benefit", "benefit boundary"), ("margin", "harm allowed"))
_GAP = 14.0  # units between the labels of two lines


@dataclass(frozen=True)
class _Line:
    """A boundary over the looks: its class and name, and one effect per look, NaN where there is none."""

    kind: str
    name: str
    values: tuple[float, ...]


def chart(record: Record, kpi: str, terms: Terms, name: str) -> str:
    """Return the SVG of one KPI; a paragraph when it was never seen. `name` is a plain word of its own."""
    seen = [(looked.at - record.origin, looked.look.look, item) for looked in record.looks if (item := looked.kpi(kpi))]
    seen = [point for point in seen if math.isfinite(point[2].effect)]
    if not seen:
        return f"<p>{escape(kpi)}: nothing was seen</p>"
    lines = _boundaries([item for _, _, item in seen], kpi, terms)
    scale = Scale.of([(at, item) for at, _, item in seen], [line.values for line in lines], _end(record, seen[-1][0]))
    drawn = [
        f'<svg viewBox="0 0 {scale.width:g} {scale.height:g}" role="img" aria-label="{_summary(seen, kpi, terms)}">',
        f'<clipPath id="{name}"><rect {scale.area(scale.left, scale.wall)}/></clipPath>',
        *_holds(record, scale),
        f'<g clip-path="url(#{name})">{_band(seen, scale)}</g>',
        *_axes(scale, kpi, terms),
        f'<g clip-path="url(#{name})">',
        *(_path(scale, [at for at, _, _ in seen], line.values, line.kind, line.name) for line in lines),
        _path(scale, [at for at, _, _ in seen], [item.effect for _, _, item in seen], "estimate", "estimate"),
        *(_point(scale, at, look, item, terms) for at, look, item in seen),
        "</g>",
        *_labels(lines, seen[-1], scale),
        *_decision(record, scale),
    ]
    return "\n".join([*drawn, "</svg>"])


def _end(record: Record, last: float) -> float:
    return max(last, record.over_at - record.origin)


def _summary(seen: Sequence[tuple[float, int, KpiLook]], kpi: str, terms: Terms) -> str:
    _, look, item = seen[-1]
    text = f"{kpi}: {terms.effect(kpi, item.effect)}, {terms.span(kpi, *interval(item))} at look {look}"
    return escape(text)


def _boundaries(items: list[KpiLook], kpi: str, terms: Terms) -> list[_Line]:
    judged = terms.judged(kpi)
    finders: dict[str, Callable[[KpiLook], tuple[float, ...]]] = {
        "harm": lambda item: harm_lines(item, judged),
        "benefit": lambda item: (benefit_line(item, judged),),
        "margin": lambda item: margin_lines(item, judged),
    }
    made = []
    for kind, name in _LINES:
        found = [finders[kind](item) for item in items]
        for index in range(max(map(len, found), default=0)):
            values = tuple(lines[index] if index < len(lines) else math.nan for lines in found)
            if any(map(math.isfinite, values)):
                made.append(_Line(kind, name, values))
    return made


def _holds(record: Record, scale: Scale) -> list[str]:
    made = []
    for hold in record.holds:
        end = record.over_at if hold.end is None else hold.end
        left, right = scale.x(hold.start - record.origin), scale.x(end - record.origin)
        since, why = minute(hold.start - record.origin), "; ".join(hold.reasons)
        title = escape(f"{since}: stood still for {duration(end - hold.start)}: {why}")
        area = scale.area(left, max(right, left + 1.5))
        made.append(f'<rect class="hold" {area}><title>{title}</title></rect>')
    return made


def _axes(scale: Scale, kpi: str, terms: Terms) -> list[str]:
    made = []
    for value in scale.levels():
        y, kind = scale.y(value), "zero" if value == 0 else "grid"
        text = terms.effect(kpi, value) if value else "0"
        made.append(
            f'<line class="{kind}" x1="{scale.left:g}" x2="{scale.wall:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{scale.left - 8:g}" y="{y + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    for at, text in scale.times():
        made.append(f'<text x="{scale.x(at):.1f}" y="{scale.height - 8:g}" text-anchor="middle">{escape(text)}</text>')
    return made


def _band(seen: Sequence[tuple[float, int, KpiLook]], scale: Scale) -> str:
    ends = [(at, *interval(item)) for at, _, item in seen]
    if len(ends) == 1:  # one look has no width of its own
        ends = [(ends[0][0] + shift * scale.second, *ends[0][1:]) for shift in (-3, 3)]
    upper = [f"{scale.x(at):.1f},{scale.y(high):.1f}" for at, _, high in ends]
    lower = [f"{scale.x(at):.1f},{scale.y(low):.1f}" for at, low, _ in reversed(ends)]
    title = "<title>interval, valid at every look</title>"
    return f'<polygon class="interval" points="{" ".join(upper + lower)}">{title}</polygon>'


def _path(scale: Scale, times: Sequence[float], values: Sequence[float], kind: str, name: str) -> str:
    parts, pen = [], "M"
    for at, value in zip(times, values, strict=True):
        if math.isfinite(value):
            parts.append(f"{pen}{scale.x(at):.1f} {scale.y(value):.1f}")
            pen = "L"
        else:
            pen = "M"
    return f'<path class="{kind}" d="{"".join(parts)}"><title>{escape(name)}</title></path>'


def _point(scale: Scale, at: float, look: int, item: KpiLook, terms: Terms) -> str:
    title = (
        f"look {look}, {minute(at)}, {item.count} points: {terms.effect(item.kpi, item.effect)}, "
        f"{terms.span(item.kpi, *interval(item))}; {item.verdict}: {item.reason}"
    )
    y = scale.y(item.effect)
    return f'<circle class="point" cx="{scale.x(at):.1f}" cy="{y:.1f}" r="3.5"><title>{escape(title)}</title></circle>'


def _labels(lines: list[_Line], last: tuple[float, int, KpiLook], scale: Scale) -> list[str]:
    """Return the names of the lines at their right ends, pushed apart where they would overlap."""
    wanted = [(scale.y(last[2].effect), "estimate", "estimate")]
    wanted += [(scale.y(end), line.kind, line.name) for line in lines if math.isfinite(end := line.values[-1])]
    made, lowest = [], -math.inf
    for y, kind, name in sorted(wanted):
        if not scale.top - 1 <= y <= scale.floor + 1:
            continue
        lowest = max(y, lowest + _GAP)
        made.append(f'<text class="{kind}" x="{scale.wall + 8:g}" y="{lowest + 4:.1f}">{name}</text>')
    return made


def _decision(record: Record, scale: Scale) -> list[str]:
    if not (record.verdict or record.outcome):
        return []
    at, word = record.over_at - record.origin, record.verdict or record.outcome
    x, side = scale.x(at), "end" if scale.x(at) > scale.width / 2 else "start"
    shift = -5 if side == "end" else 5
    title, ends = escape(f"{minute(at)}: {word}"), f'y1="{scale.top:g}" y2="{scale.floor:g}"'
    return [
        f'<line class="decision" x1="{x:.1f}" x2="{x:.1f}" {ends}><title>{title}</title></line>',
        f'<text class="decision" x="{x + shift:.1f}" y="{scale.top - 6:g}" text-anchor="{side}">{escape(word)}</text>',
    ]
