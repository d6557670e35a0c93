"""With what failures go: moves and their sizes, alerts, hours, weekdays, who asked. Claims are few and valid.

A claim needs at least `least` failures with the feature, and a p-value below the limit for all tables that were looked
at; see triage.strength. Cases are cycles; for what happens outside of them, days of the week are compared by days, and
hours of the day by stretches of four hours. That failures go with something does not say that it causes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from controller.casebook.record import Record
from controller.casebook.words import DAY, HOUR
from controller.triage.failure import hour_of, weekday_of
from controller.triage.gather import Gathered
from controller.triage.kinds import KINDS, Case
from controller.triage.moves import move_of, size_of, subjects
from controller.triage.pattern import Signature
from controller.triage.spans import alerts_between
from controller.triage.strength import Table, looked_at
from exporter.parameter import is_finite

STRETCH = 4  # hours of the day that are looked at together
MOST_STRETCHES = 5000  # more than two years; older ones are left out
_CYCLES = frozenset({Case.CYCLE, Case.CANARY, Case.MOVE, Case.VALIDATION})
_CANARIES = frozenset({Case.CANARY, Case.MOVE})


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


@dataclass(frozen=True)
class _Draft:
    failure: str
    feature: tuple[str, str]
    unit: str
    table: Table


def correlate(gathered: Gathered, since: float, until: float, least: int, level: float) -> Correlations:
    """Return with what failures go, from `since` to `until` (unix seconds)."""
    begun = max(since, gathered.began_at)
    over = [one for one in gathered.records if one.outcome and since <= one.over_at <= until]
    drafts = [*_of_cycles(over, gathered), *_of_time(gathered, begun, until)]
    many = looked_at([draft.table for draft in drafts], level)
    found = [_associated(draft, many) for draft in drafts if draft.table.a >= least and draft.table.lift > 1]
    ordered = sorted(found, key=lambda one: (one.p, -one.table.a, one.failure, one.feature))
    claims = tuple(one for one in ordered if one.p <= level)
    rest = [one for one in ordered if one.p > level]
    return Correlations(claims, rest[0] if rest else None, len(drafts), level, len(over), begun, until)


def _associated(draft: _Draft, many: int) -> Association:
    kind, feature = draft.feature
    return Association(draft.failure, feature, kind, draft.unit, draft.table, min(1.0, draft.table.p * max(many, 1)))


def _of_cycles(over: Sequence[Record], gathered: Gathered) -> Iterator[_Draft]:
    """Yield the tables of kinds of failures against the features of cycles."""
    kinds: dict[int, set[str]] = {}
    for failure in gathered.failures:
        if failure.around.cycle is not None:
            kinds.setdefault(failure.around.cycle, set()).add(failure.kind.name)
    having = {record.cycle: _features(record, gathered, sizes) for sizes in [_sizes(over)] for record in over}
    for name, kind in KINDS.items():
        if kind.case not in _CYCLES:
            continue
        population = [one for one in over if _possible(one, kind.case)]
        failed = {one.cycle for one in population if name in kinds.get(one.cycle, ())}
        if not failed:
            continue
        counts = Counter(feature for one in population for feature in having[one.cycle])
        both = Counter(feature for one in population if one.cycle in failed for feature in having[one.cycle])
        what = _plainly(name)
        unit = "canaries" if kind.case in _CANARIES else "cycles"
        for feature, count in counts.items():
            if name == "incident" and feature[0] == "alert":
                continue  # a cycle that an alert holds has an alert open
            if 0 < count < len(population):
                yield _Draft(what, feature, unit, _table(both[feature], count, len(failed), len(population)))


def _possible(record: Record, case: Case) -> bool:
    """Whether a cycle came far enough for such a failure."""
    if case is Case.VALIDATION:
        return record.golden is not None
    return case not in _CANARIES or record.started_at is not None


def _plainly(name: str) -> str:
    """Return a kind of failure without a subject, in words."""
    return name.replace("_", " ")


def _table(both: int, having: int, failed: int, every: int) -> Table:
    return Table(both, having - both, failed - both, every - having - failed + both)


def _sizes(over: Iterable[Record]) -> dict[str, float]:
    """Return the usual size of each number's moves, where several are known."""
    found: dict[str, list[float]] = {}
    for record in over:
        for moved in record.changes:
            if (size := size_of(moved)) is not None:
                found.setdefault(moved.parameter, []).append(size)
    return {name: median(sizes) for name, sizes in found.items() if len(set(sizes)) > 1}


def _features(record: Record, gathered: Gathered, sizes: dict[str, float]) -> frozenset[tuple[str, str]]:
    """Return what may go with a cycle's failure: kind and name."""
    found = {("move", move) for move in subjects(record.changes)}
    for moved in record.changes:
        usual, size = sizes.get(moved.parameter), size_of(moved)
        if usual is not None and size is not None and size > usual:
            direction = move_of(moved).direction
            found.add(("size", f"{direction} {moved.parameter} by more than {usual:.4g}"))
    if len(record.changes) > 1:
        found.add(("move", "several parameters moved at once"))
    found |= {("alert", name) for name in alerts_between(gathered.spans, record.begun_at, record.over_at)}
    found.add(("hour", _hours(record.begun_at)))
    found.add(("weekday", weekday_of(record.begun_at)))
    if record.trigger == "operator":
        found.add(("asked", "asked for by an operator"))
    return frozenset(found)


def _hours(at: float) -> str:
    first = hour_of(at) // STRETCH * STRETCH
    return f"{first:02}:00-{first + STRETCH:02}:00 UTC"


def _of_time(gathered: Gathered, since: float, until: float) -> Iterator[_Draft]:
    """Yield the tables of what happens at any time against hours and weekdays; of the days that are whole."""
    first, last = -(-since // DAY), until // DAY
    days = range(int(first), int(last))[-MOST_STRETCHES * STRETCH // 24 :] if last > first else range(0)
    for what, times in sorted(_timed(gathered).items()):
        inside = [at for at in times if days and days[0] <= at // DAY <= days[-1]]
        if not inside:
            continue
        bad_days = {int(at // DAY) for at in inside}
        yield from _tables(what, "weekday", "days", [(weekday_of(day * DAY), day in bad_days) for day in days])
        bad = {int(at // (STRETCH * HOUR)) for at in inside}
        per_day = int(DAY // (STRETCH * HOUR))
        stretches = range(days[0] * per_day, (days[-1] + 1) * per_day)
        cells = [(_hours(one * STRETCH * HOUR), one in bad) for one in stretches]
        yield from _tables(what, "hour", "stretches of 4 hours", cells)


def _tables(what: str, kind: str, unit: str, cells: Sequence[tuple[str, bool]]) -> Iterator[_Draft]:
    failed, counts = sum(bad for _, bad in cells), Counter(name for name, _ in cells)
    both = Counter(name for name, bad in cells if bad)
    for name, count in counts.items():
        if 0 < count < len(cells):
            yield _Draft(what, (kind, name), unit, _table(both[name], count, failed, len(cells)))


def _timed(gathered: Gathered) -> dict[str, list[float]]:
    """Return when what fails outside of cycles began; jobs have their hours anyway."""
    found: dict[str, list[float]] = {}
    for span in gathered.spans:
        found.setdefault(f"alert {span.alert}", []).append(span.start)
    for failure in gathered.failures:
        if failure.kind.name in ("crash", "emergency", "drift"):
            for subject in failure.subjects:
                found.setdefault(str(Signature(failure.kind, subject)), []).append(failure.at)
    return {what: [at for at in times if is_finite(at)] for what, times in found.items()}
