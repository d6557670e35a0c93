"""Markdown that shows what it is given, whatever that holds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

from controller.judging.plain import plain

_SPECIAL = re.compile(r"([\\`*<|]|(?<=\])\()")  # what is left alone cannot do more than slant a word
_CONTROL = re.compile(r"[\x00-\x1f\x7f\s]+")


def text(words: str) -> str:
    """Return words as one line that Markdown shows as they are; what else is not printable is escaped."""
    return _SPECIAL.sub(r"\\\1", plain(_CONTROL.sub(" ", words).strip()))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], show: Callable[[str], str] = text) -> tuple[str, ...]:
    """Return a table's lines; the cells are taken for plain words, which `show` makes Markdown of."""
    lines = [_row(columns), _row(["---"] * len(columns))]
    return (*lines, *(_row([show(cell) for cell in row]) for row in rows))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def page(lines: Sequence[str]) -> str:
    """Return lines as a page: never two empty ones after each other, and one line end at the end."""
    tidy = [line for at, line in enumerate(lines) if line or (at > 0 and lines[at - 1])]
    return "\n".join(tidy).rstrip() + "\n"


def number(value: float | None, form: str = ".4g") -> str:
    """Return a number; `-` for none."""
    return "-" if value is None or not math.isfinite(value) else format(value, form)


def span(low: float | None, high: float | None) -> str:
    """Return an interval; `-` for none."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "-"
    return f"{low:+.3g} to {high:+.3g}"
