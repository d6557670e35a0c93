"""The tables that are looked at: cycles by whether they failed and had a feature, days and stretches of hours likewise.

Cases are cycles; for what happens outside of them, days of the week are compared by days, and hours of the day by
stretches of four hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.casebook.record import Record
from controller.triage.failure import weekday_of
from controller.triage.features import STRETCH, features, hours, usual_sizes
from controller.triage.gather import Gathered
from controller.triage.kinds import KINDS, Case
from controller.triage.pattern import Signature
from controller.triage.strength import Table
from exporter.parameter import is_finite
from exporter.seconds import DAY, HOUR

MOST_STRETCHES = 5000  # more than two years; older ones are left out
_CYCLES = frozenset({Case.CYCLE, Case.CANARY, Case.MOVE, Case.VALIDATION})
_CANARIES = frozenset({Case.CANARY, Case.MOVE})


@dataclass(frozen=True)
class Draft:
    """A table and what it is of.

    Attributes:
        failure: what fails, in words.
        feature: with what: kind and name.
        unit: what is counted.
        table: the counts.
    """

    failure: str
    feature: tuple[str, str]
    unit: str
    table: Table


def drafts(over: Sequence[Record], gathered: Gathered, since: float, until: float) -> Iterator[Draft]:
    """Yield every table: of the cycles that are over, and of the time from `since` to `until` (unix seconds)."""
    yield from _of_cycles(over, gathered)
    yield from _of_time(gathered, since, until)


def _of_cycles(over: Sequence[Record], gathered: Gathered) -> Iterator[Draft]:
    """Yield the tables of kinds of failures against the features of cycles."""
    kinds: dict[int, set[str]] = {}
    for failure in gathered.failures:
        if failure.around.cycle is not None:
            kinds.setdefault(failure.around.cycle, set()).add(failure.kind.name)
    sizes = usual_sizes(over)
    having = {record.cycle: features(record, gathered.spans, sizes) for record in over}
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
                yield Draft(what, feature, unit, _table(both[feature], count, len(failed), len(population)))


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


def _of_time(gathered: Gathered, since: float, until: float) -> Iterator[Draft]:
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
        cells = [(hours(one * STRETCH * HOUR), one in bad) for one in stretches]
        yield from _tables(what, "hour", "stretches of 4 hours", cells)


def _tables(what: str, kind: str, unit: str, cells: Sequence[tuple[str, bool]]) -> Iterator[Draft]:
    failed, counts = sum(bad for _, bad in cells), Counter(name for name, _ in cells)
    both = Counter(name for name, bad in cells if bad)
    for name, count in counts.items():
        if 0 < count < len(cells):
            yield Draft(what, (kind, name), unit, _table(both[name], count, failed, len(cells)))


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
