"""With what failures go: moves and their sizes, alerts, hours, weekdays, who asked. Claims are few and valid.

A claim needs at least `least` failures with the feature, and a p-value below the limit for all tables that were looked
at; see triage.contingency and triage.strength. That failures go with something does not say that it causes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from controller.triage.contingency import Draft, drafts
from controller.triage.gather import Gathered
from controller.triage.strength import Table, looked_at


@dataclass(frozen=True)
class Association:
    """Failures that go with a feature.

    Attributes:
        failure: what fails, in words.
        feature: with what.
        kind: `move`, `size`, `alert`, `hour`, `weekday` or `asked`.
        unit: what is counted.
        table: the counts.
        p: the chance of such counts by accident, times the number of tables looked at; at most 1.
    """

    failure: str
    feature: str
    kind: str
    unit: str
    table: Table
    p: float


@dataclass(frozen=True)
class Correlations:
    """What was found.

    Attributes:
        claims: the associations that hold at the level, the surest first.
        nearest: the surest that does not, None without any.
        tests: tables that were looked at.
        level: the chance of one false claim or more among them, at most.
        cycles: how many cycles they are from.
        since, until: the period, unix seconds.
    """

    claims: tuple[Association, ...]
    nearest: Association | None
    tests: int
    level: float
    cycles: int
    since: float
    until: float


def correlate(gathered: Gathered, since: float, until: float, least: int, level: float) -> Correlations:
    """Return with what failures go, from `since` to `until` (unix seconds)."""
    begun = max(since, gathered.began_at)
    over = [one for one in gathered.records if one.outcome and since <= one.over_at <= until]
    every = list(drafts(over, gathered, begun, until))
    many = looked_at([draft.table for draft in every], level)
    found = [_associated(draft, many) for draft in every if draft.table.a >= least and draft.table.lift > 1]
    ordered = sorted(found, key=lambda one: (one.p, -one.table.a, one.failure, one.feature))
    claims = tuple(one for one in ordered if one.p <= level)
    rest = [one for one in ordered if one.p > level]
    return Correlations(claims, rest[0] if rest else None, len(every), level, len(over), begun, until)


def _associated(draft: Draft, many: int) -> Association:
    kind, feature = draft.feature
    return Association(draft.failure, feature, kind, draft.unit, draft.table, min(1.0, draft.table.p * max(many, 1)))
