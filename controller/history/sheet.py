"""Entries of history as CSV (RFC 4180), for spreadsheets: one line each, the primary KPI's numbers beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from controller.history.entry import Entry
from exporter.parameter import shown

HEAD = (
    "event",
    "at",
    "version",
    "cause",
    "actor",
    "cycle",
    "changes",
    "values",
    "rationale",
    "kpi",
    "predicted",
    "predicted_low",
    "predicted_high",
    "measured",
    "standard_error",
    "verdict",
    "outcome",
    "reason",
    "ended_at",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the head, then a line for each entry."""
    yield _line(HEAD)
    for entry in entries:
        yield _line(_cells(entry))


def _line(cells: Iterable[object]) -> str:
    made = io.StringIO()
    csv.writer(made).writerow(cells)
    return made.getvalue()


def _cells(entry: Entry) -> tuple[object, ...]:
    predicted = entry.predicted[0] if entry.predicted else None
    measured = entry.measured[0] if entry.measured else None
    kpi = predicted.kpi if predicted else measured.kpi if measured else ""
    return (
        entry.seq,
        _time(entry.at),
        entry.version,
        entry.cause,
        _text(entry.actor),
        "" if entry.cycle is None else entry.cycle,
        _text("; ".join(move.text for move in entry.changes or entry.tried)),
        _text("; ".join(f"{name}={shown(value)}" for name, value in entry.values.items())),
        _text(entry.rationale),
        _text(kpi),
        *((predicted.effect, predicted.low, predicted.high) if predicted else ("", "", "")),
        *((measured.measured, measured.standard_error) if measured else ("", "")),
        entry.verdict,
        entry.outcome,
        _text(entry.reason),
        "" if entry.ended_at is None else _time(entry.ended_at),
    )


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _text(found: str) -> str:
    """Return a text that a spreadsheet takes for a text: what people wrote may begin like a formula."""
    return f"'{found}" if found.startswith(_FORMULA) else found
