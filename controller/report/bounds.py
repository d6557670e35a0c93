"""Adjustments of the bounds in the period, with their reasons and how the parameter did before and after each.

Before is from the adjustment of the same parameter that came before it (or the journal's beginning), after is until the
next one (or the period's end).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from controller.casebook.collect import records
from controller.casebook.record import Record
from controller.journal import event as ev
from controller.journal.event import Event
from controller.moment import moment
from controller.report.markdown import number, table
from controller.report.material import Material
from controller.report.section import Plain, Section

_HEAD = (
    "at (UTC)",
    "parameter",
    "what",
    "from",
    "to",
    "canaries before",
    "after",
    "primary KPI before",
    "after",
    "why",
)
_JUDGED = ("promoted", "rolled_back", "inconclusive")


@dataclass(frozen=True)
class Spell:
    """How a parameter did over a stretch of time.

    Attributes:
        tried: its canaries that were judged.
        promoted, rolled_back: how many of them ended so.
        level: the primary KPI as the last cycle of the stretch observed it, None when none did.
    """

    tried: int
    promoted: int
    rolled_back: int
    level: float | None

    def __str__(self) -> str:
        """Return it as people read it."""
        return f"{self.promoted} promoted, {self.rolled_back} rolled back of {self.tried}" if self.tried else "none"

    @property
    def plain(self) -> dict[str, Plain]:
        """The same as plain values."""
        return {
            "tried": self.tried,
            "promoted": self.promoted,
            "rolled_back": self.rolled_back,
            "primary": self.level,
        }


@dataclass(frozen=True)
class Change:
    """One adjustment at unix time `at`, and how its parameter did before and after it."""

    at: float
    adjusted: ev.BoundsAdjusted
    before: Spell
    after: Spell


def section(material: Material) -> Section:
    """Return the adjustments, the newest first."""
    found = changes(material)[::-1]
    if not found:
        return Section("bounds", "Bounds", ("No bounds were adjusted in this period.",), [])
    return Section("bounds", "Bounds", table(_HEAD, map(_row, found)), [_plain(change) for change in found])


def changes(material: Material) -> tuple[Change, ...]:
    """Return the adjustments of the period, the oldest first."""
    past, primary = records(material.events), material.config.kpis.primary
    every = [(event.at, event.payload) for event in material.events if isinstance(event.payload, ev.BoundsAdjusted)]
    found = []
    for at, adjusted in every:
        if not material.since <= at <= material.until:
            continue
        own = [other for other, payload in every if payload.parameter == adjusted.parameter]
        begin = max((other for other in own if other < at), default=-math.inf)
        end = min((other for other in own if other > at), default=material.until)
        levels = _levels(material.events, primary)
        before = _spell(past, levels, adjusted.parameter, begin, at)
        found.append(Change(at, adjusted, before, _spell(past, levels, adjusted.parameter, at, end)))
    return tuple(found)


def _levels(events: Iterable[Event], kpi: str) -> tuple[tuple[float, float], ...]:
    """Return when a KPI's level was observed (unix seconds), and what it was, oldest first."""
    return tuple(
        (event.at, item.level)
        for event in events
        if isinstance(event.payload, ev.Observed)
        for item in event.payload.observations
        if item.kpi == kpi and item.level is not None
    )


def _spell(
    past: Iterable[Record], levels: Iterable[tuple[float, float]], parameter: str, begin: float, end: float
) -> Spell:
    """Return how a parameter did after `begin`, up to and with `end`."""
    outcomes = [
        record.outcome
        for record in past
        if record.outcome in _JUDGED
        and begin < record.over_at <= end
        and any(move.parameter == parameter for move in record.changes)
    ]
    seen = [level for at, level in levels if begin < at <= end]
    last = seen[-1] if seen else None
    return Spell(len(outcomes), outcomes.count("promoted"), outcomes.count("rolled_back"), last)


def _row(change: Change) -> tuple[str, ...]:
    adjusted = change.adjusted
    return (
        moment(change.at),
        adjusted.parameter,
        adjusted.adjustment,
        f"{adjusted.old_low:.4g} to {adjusted.old_high:.4g}",
        f"{adjusted.low:.4g} to {adjusted.high:.4g}",
        str(change.before),
        str(change.after),
        number(change.before.level),
        number(change.after.level),
        adjusted.reason,
    )


def _plain(change: Change) -> dict[str, Plain]:
    adjusted = change.adjusted
    return {
        "at": change.at,
        "parameter": adjusted.parameter,
        "adjustment": adjusted.adjustment,
        "from": [adjusted.old_low, adjusted.old_high],
        "to": [adjusted.low, adjusted.high],
        "reason": adjusted.reason,
        "before": change.before.plain,
        "after": change.after.plain,
    }
