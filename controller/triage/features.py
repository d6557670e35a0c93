"""What a cycle's failure may go with: its moves and their sizes, alerts, the hour, the weekday, who asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from controller.casebook.record import Record
from controller.triage.failure import hour_of, weekday_of
from controller.triage.moves import move_of, size_of, subjects
from controller.triage.spans import Span, alerts_between

STRETCH = 4  # hours of the day that are looked at together


def usual_sizes(over: Iterable[Record]) -> dict[str, float]:
    """Return the usual size of each number's moves, where several are known."""
    found: dict[str, list[float]] = {}
    for record in over:
        for moved in record.changes:
            if (size := size_of(moved)) is not None:
                found.setdefault(moved.parameter, []).append(size)
    return {name: median(sizes) for name, sizes in found.items() if len(set(sizes)) > 1}


def features(record: Record, spans: Sequence[Span], sizes: Mapping[str, float]) -> frozenset[tuple[str, str]]:
    """Return what a cycle has, each as kind and name.

    Args:
        record: the cycle.
        spans: when which alerts were open.
        sizes: the usual size of each number's moves; a larger one is a feature.
    """
    found = {("move", move) for move in subjects(record.changes)}
    for moved in record.changes:
        usual, size = sizes.get(moved.parameter), size_of(moved)
        if usual is not None and size is not None and size > usual:
            direction = move_of(moved).direction
            found.add(("size", f"{direction} {moved.parameter} by more than {usual:.4g}"))
    if len(record.changes) > 1:
        found.add(("move", "several parameters moved at once"))
    found |= {("alert", name) for name in alerts_between(spans, record.begun_at, record.over_at)}
    found.add(("hour", hours(record.begun_at)))
    found.add(("weekday", weekday_of(record.begun_at)))
    if record.trigger == "operator":
        found.add(("asked", "asked for by an operator"))
    return frozenset(found)


def hours(at: float) -> str:
    """Return the stretch of hours that a time (unix seconds) is in."""
    first = hour_of(at) // STRETCH * STRETCH
    return f"{first:02}:00-{first + STRETCH:02}:00 UTC"
