"""Tables and short texts for people, on a terminal or in a log; colours only on a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from controller.judging.plain import plain
from controller.moment import SECONDS
from controller.moment import moment as utc

_BLOCKS = "▁▂▃▄▅▆▇█"


class _Harmless(Console):
    """A console on which nothing but its own styles steers the terminal, whatever the texts hold."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of what is printed; what is not printable in them is escaped."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                text = "\n".join(plain(line) for line in segment.text.split("\n"))
                yield Segment(text, segment.style)


def console(*, stderr: bool = False) -> Console:
    """Return a console that is as wide as the terminal, or 110 columns in a log."""
    found = _Harmless(stderr=stderr, highlight=False, soft_wrap=False)
    if not found.is_terminal:
        found = _Harmless(stderr=stderr, highlight=False, width=110)
    return found


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a plain table; its title stays on one line, however narrow the columns are."""
    heading = Text(title, "table.title", no_wrap=True, overflow="ignore")
    made = Table(title=heading, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(_cell(cell) for cell in row))
    return made


def _cell(cell: object) -> Text:
    """Return a cell as text: what people and alerts say is no markup, and steers no terminal."""
    return Text("-" if cell is None else "\n".join(plain(line) for line in str(cell).split("\n")))


def moment(at: float | None) -> str:
    """Return a time in UTC, to the second."""
    return "-" if at is None else utc(at, SECONDS)


def number(value: float | None) -> str:
    """Return a number in four digits; `-` for none."""
    return "-" if value is None or value != value else f"{value:.4g}"  # noqa: PLR0124 - NaN is unequal to itself


def spark(values: Sequence[float]) -> str:
    """Return a line of blocks, one per value; a space where there is no finite number."""
    good = [value for value in values if math.isfinite(value)]
    if not good:
        return ""
    low, high = min(good), max(good)
    span = (high - low) or 1.0
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round((v - low) / span * top)] if math.isfinite(v) else " " for v in values)
