"""What failed in one cycle: how it ended, and what went wrong on the way although it ended well."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from controller.casebook.advice import needed
from controller.casebook.around import POWER
from controller.casebook.category import Category
from controller.casebook.category import Failure as Ending
from controller.casebook.failure import analyse
from controller.casebook.record import ALERT, LAPSE, Record
from controller.casebook.words import Terms
from controller.triage.failure import ArmLevel, Around, Failure
from controller.triage.kinds import KINDS
from controller.triage.moves import subjects
from controller.triage.spans import Span, alerts_between

_NUMBERS = re.compile(r"\d[\d.,:e+-]*")
_LONGEST = 60  # characters of a reason that are a subject
_OF_MOVES = {Category.HARM: "harm", Category.NO_EFFECT: "no_effect", Category.OPERATOR: "stopped"}
_OF_KPIS = {Category.NOISE: "noise", Category.REFUSED: "underpowered", Category.DATA: "blind"}
PROMETHEUS = "Prometheus gave no answer"
EMERGENCY = "emergency pause"


@dataclass(frozen=True)
class Known:
    """What failures of cycles are told from: the KPIs' words, alerts, who asked, forced or bypassed by cycle."""

    terms: Terms
    spans: Sequence[Span]
    by: dict[int, str]
    bypassed: dict[int, str]


def failures(record: Record, known: Known) -> Iterator[Failure]:
    """Yield what failed in a cycle, each subject of a kind once."""
    around = around_of(record, known)
    told: set[tuple[str, str]] = set()
    for found in (*_ending(record, known.terms, around), *_holds(record, around), *_misses(record, around)):
        new = tuple(subject for subject in found.subjects if (found.kind.name, subject) not in told)
        told |= {(found.kind.name, subject) for subject in new}
        if new:
            yield found


def around_of(record: Record, known: Known) -> Around:
    """Return what was going on around a cycle."""
    seen = () if record.last_seen is None else record.last_seen.look.kpis
    return Around(
        cycle=record.cycle,
        moves=record.changes,
        arms=tuple(ArmLevel(item.kpi, item.canary_mean, item.comparison_mean) for item in seen),
        alerts=alerts_between(known.spans, record.begun_at, record.over_at),
        by=known.by.get(record.cycle, ""),
        bypassed=known.bypassed.get(record.cycle, ""),
    )


def short(reason: str) -> str:
    """Return a reason without its numbers, so that the same reason is the same subject."""
    return " ".join(_NUMBERS.sub("#", reason).split())[:_LONGEST].rstrip()


def _ending(record: Record, terms: Terms, around: Around) -> Iterator[Failure]:
    if not record.outcome:
        return
    if (said := _outside(record)) is not None:
        yield Failure(record.over_at, KINDS[said[0]], (said[1],), record.end_reason, around=around)
        return
    found = analyse(record, terms)
    if found is None or record.end_reason.startswith(EMERGENCY):
        return  # the emergency is told by itself
    kind, subject = _kind(record, found, around)
    seconds = _needed(record, terms, found)
    yield Failure(record.over_at, KINDS[kind], subject, found.why, found.next, seconds, around)


def _outside(record: Record) -> tuple[str, str] | None:
    """Return kind and subject of an end that no canary's analysis tells, None for all others."""
    if record.outcome == "failed":
        return "failed", short(record.end_reason)
    if record.outcome == "held" and PROMETHEUS in record.end_reason:
        return "held", ""
    golden = record.golden is not None and not record.golden.passed
    if record.outcome == "refused" and not record.changes and not golden and POWER not in record.end_reason:
        return "unproposed", short(record.end_reason)
    return None


def _kind(record: Record, found: Ending, around: Around) -> tuple[str, tuple[str, ...]]:
    """Return the kind and the subjects of a failure that a canary's analysis tells."""
    if found.category is Category.DATA and record.holds and record.holds[-1].kind == LAPSE:
        return "lapse", ("",)
    if found.category is Category.VALIDATION:
        return "golden", _cases(() if record.golden is None else record.golden.failures)
    if found.category is Category.ALERT:
        held = tuple(dict.fromkeys(name for hold in record.holds for name in hold.alerts))
        return "incident", held or around.alerts or ("",)
    if found.category in _OF_MOVES:
        return _OF_MOVES[found.category], subjects(record.changes) or ("",)
    return _OF_KPIS[found.category], (found.kpi,)


def _cases(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of golden cases that failed; each text begins with one."""
    return tuple(dict.fromkeys(text.partition(":")[0].strip()[:_LONGEST] for text in texts)) or ("",)


def _needed(record: Record, terms: Terms, found: Ending) -> float:
    seen = None if record.last_seen is None else record.last_seen.kpi(found.kpi)
    if found.category is not Category.NOISE or seen is None:
        return math.nan
    return needed(record, terms, seen, found.boundary)


def _holds(record: Record, around: Around) -> Iterator[Failure]:
    for hold in record.holds:
        why = "; ".join(hold.reasons)
        if hold.kind == LAPSE:
            yield Failure(hold.start, KINDS["lapse"], ("",), f"the lease ran out: {why}", around=around)
        elif hold.kind == ALERT:
            yield Failure(hold.start, KINDS["incident"], hold.alerts or ("",), why, around=around)


def _misses(record: Record, around: Around) -> Iterator[Failure]:
    for impact in record.impacts:
        if impact.held is False:
            span = f"between {impact.low:.3g} and {impact.high:.3g}"
            why = f"{impact.kpi}: {impact.predicted:.3g} was predicted, {span}; {impact.measured:.3g} was measured"
            yield Failure(record.over_at, KINDS["miss"], (impact.kpi,), why, around=around)
