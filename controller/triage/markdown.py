"""A table in Markdown, of cells that hold words of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from controller.triage.safe import safe


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return a table's lines."""
    shown = ([safe(cell) or "-" for cell in row] for row in rows)
    return tuple(f"| {' | '.join(cells)} |" for cells in (columns, ["---"] * len(columns), *shown))
