"""Past canaries in a line each, and what repeats in them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from controller.casebook.category import Category
from controller.casebook.failure import analyse
from controller.casebook.reading import interval
from controller.casebook.record import Record
from controller.casebook.story import ending
from controller.casebook.words import Terms
from controller.model import Role
from exporter.parameter import shown

LEAST = 3  # of the same that are a pattern


@dataclass(frozen=True)
class Case:
    """A past canary in a line. Numbers are in the KPI's unit; NaN where there is none.

    Attributes:
        record: all that is known of it.
        ending: how it ended, in words.
        category: why it was not promoted, None when it was, or is not over.
        kpi: the metric that decided; the primary one for a promotion.
        effect, low, high: its effect and the interval.
    """

    record: Record
    ending: str
    category: Category | None
    kpi: str
    effect: float = math.nan
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Pattern:
    """The same ending of the same kind of move, several times.

    Attributes:
        count: how many ended so.
        of: how many such moves there were.
        direction: raise, cut or change.
        parameter: what was moved; for a choice with its new value.
        category: how they ended.
        kpis: the metrics that decided, each with its count, the most frequent first.
    """

    count: int
    of: int
    direction: str
    parameter: str
    category: Category
    kpis: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """Return it in a sentence."""
        on = ", ".join(kpi if count == self.count else f"{kpi} ({count})" for kpi, count in self.kpis)
        where = f" on {on}" if on else ""
        return f"{self.count} of {self.of} {self.direction}s of {self.parameter} ended as {self.category}{where}"


def case(record: Record, terms: Terms) -> Case:
    """Return a canary in a line."""
    failure = analyse(record, terms)
    if failure is not None:
        numbers = failure.kpi, failure.estimate, failure.low, failure.high
        return Case(record, ending(record), failure.category, *numbers)
    seen = () if record.last_seen is None else record.last_seen.look.kpis
    item = next((item for item in seen if item.role == Role.PRIMARY), None)
    if item is None:
        return Case(record, ending(record), None, record.primary)
    return Case(record, ending(record), None, item.kpi, item.effect, *interval(item))


def direction(record: Record) -> tuple[str, str] | None:
    """Return what was moved and how; None for several moves at once, which belong to none of them alone.

    A number's name goes with `raise` or `cut`, a choice's name and its new value with `change`.
    """
    if len(record.changes) != 1:
        return None
    move = record.changes[0]
    if isinstance(move.new, str) or isinstance(move.old, str):
        return f"{move.parameter} to {shown(move.new)}", "change"
    return move.parameter, "raise" if move.new > move.old else "cut"


def patterns(cases: Sequence[Case]) -> tuple[Pattern, ...]:
    """Return what happened at least three times to the same kind of move, the most frequent first."""
    over = [(item, found) for item in cases if item.record.outcome and (found := direction(item.record)) is not None]
    all_moves = Counter(found for _, found in over)
    groups: dict[tuple[Category, tuple[str, str]], list[Case]] = {}
    for item, found in over:
        if item.category is not None:
            groups.setdefault((item.category, found), []).append(item)
    made = [
        Pattern(
            count=len(same),
            of=all_moves[move],
            direction=move[1],
            parameter=move[0],
            category=category,
            kpis=tuple(Counter(item.kpi for item in same if item.kpi).most_common()),
        )
        for (category, move), same in groups.items()
        if len(same) >= LEAST
    ]
    return tuple(sorted(made, key=lambda pattern: -pattern.count))
