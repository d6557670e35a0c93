"""What a proposal was to do beside what it did, KPI by KPI: for the demo's lines, its summary and its report."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import Any

from controller.decide.learner.accuracy import Z95
from controller.journal.event import Impact

HEAD = ("KPI", "predicted", "95 % interval", "measured", "+-", "held?")
LEGEND = "95 % interval: predicted for what this canary measures; +-: 95 % of the measurement's own noise"
ZERO = 5e-7  # below it an effect is shown as none


def rows(impacts: Iterable[Impact]) -> list[tuple[str, ...]]:
    """Return a row of texts per KPI; `+-` is the measured effect's own 95 % interval, half of it."""
    return [
        (
            item.kpi,
            "-" if item.predicted is None else _signed(item.predicted),
            f"{_signed(item.low)} to {_signed(item.high)}" if math.isfinite(item.low + item.high) else "-",
            _signed(item.measured),
            f"{Z95 * item.standard_error:.2g}",
            {None: "-", True: "yes", False: "NO"}[item.held],
        )
        for item in impacts
    ]


def lines(impacts: Iterable[Impact]) -> tuple[str, ...]:
    """Return the rows as aligned lines, the head first."""
    cells = [HEAD, *rows(impacts)]
    wide = [max(len(row[index]) for row in cells) for index in range(len(HEAD))]
    return tuple("  ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip() for row in cells)


def document(impacts: Iterable[Impact]) -> list[dict[str, Any]]:
    """Return the rows as values; None for what is not known."""
    return [
        {
            "kpi": item.kpi,
            "predicted": item.predicted,
            "low": item.low if math.isfinite(item.low) else None,
            "high": item.high if math.isfinite(item.high) else None,
            "measured": item.measured,
            "standard_error": item.standard_error if math.isfinite(item.standard_error) else None,
            "held": item.held,
        }
        for item in impacts
    ]


def html(found: Iterable[Impact]) -> str:
    """Return the rows as a table."""
    head = "".join(f"<th>{escape(name)}</th>" for name in HEAD)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows(found))
    return f'<table class="figures"><caption>{escape(LEGEND)}</caption><tr>{head}</tr>{body}</table>'


def _signed(value: float) -> str:
    return f"{value + 0.0:+.3g}" if abs(value) >= ZERO else "0"
