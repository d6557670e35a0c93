"""Entries of history as people read them."""

from __future__ import annotations

import math
from typing import Any

from controller.cli import tables
from controller.history.entry import Cause, Entry
from exporter.parameter import shown

HOW: dict[Cause, str] = {
    "adopted": "adopted",
    "canary": "canary",
    "stepped": "larger canary",
    "promoted": "promoted",
    "kept": "old values",
    "rolled_back": "rolled back",
    "deployed": "deployed",
}
UNDER_WAY = "under way"


def how(entry: Entry) -> str:
    """Return how the version came into force, with its cycle."""
    return HOW[entry.cause] + ("" if entry.cycle is None else f" (cycle {entry.cycle})")


def change(entry: Entry) -> str:
    """Return what changed, what was tried, or, where nothing did, the values."""
    if entry.changes:
        return ", ".join(move.text for move in entry.changes)
    if entry.tried:
        return "tried " + ", ".join(move.text for move in entry.tried)
    return ", ".join(f"{name}={shown(value)}" for name, value in entry.values.items())


def predicted(entry: Entry) -> str:
    """Return the predicted effect on the first KPI; empty when nobody knows it."""
    return _signed(entry.predicted[0].effect) if entry.predicted else ""


def measured(entry: Entry) -> str:
    """Return the measured effect on the first KPI; empty when nobody knows it."""
    return _signed(entry.measured[0].measured) if entry.measured else ""


def _signed(number: float) -> str:
    return f"{number:+.3g}" if math.isfinite(number) else ""


def ended(entry: Entry) -> str:
    """Return how the cycle ended, or what the operator said."""
    if entry.cycle is None:
        return entry.reason
    return entry.outcome.replace("_", " ") or UNDER_WAY


def lines(entry: Entry) -> list[tuple[str, str]]:
    """Return everything that is known of an entry, as names and texts."""
    found = [
        ("when", f"{tables.moment(entry.at)} UTC (event {entry.seq})"),
        ("how", f"{how(entry)}, by {entry.actor}"),
        ("change", change(entry)),
        ("rationale", entry.rationale),
    ]
    found += [
        ("predicted", f"{one.kpi} {one.effect:+.4g} ({one.low:+.4g} to {one.high:+.4g})") for one in entry.predicted
    ]
    found += [
        ("measured", f"{one.kpi} {one.measured:+.4g} (standard error {one.standard_error:.2g})")
        for one in entry.measured
    ]
    found += [("verdict", entry.verdict), ("outcome", entry.outcome.replace("_", " ")), ("reason", entry.reason)]
    if entry.cycle is not None and not entry.outcome:
        found.append(("outcome", UNDER_WAY))
    return [(name, text) for name, text in found if text]


def document(entry: Entry, live: str) -> dict[str, Any]:
    """Return an entry as plain values; numbers that nobody knows are None."""
    found = entry.model_dump(exclude={"writer", "confirmed"})
    for item in (*found["predicted"], *found["measured"]):
        for key, value in item.items():
            if isinstance(value, float) and not math.isfinite(value):
                item[key] = None
    return {"version": entry.version, "live": entry.version == live, **found}
