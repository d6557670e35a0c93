"""The story of one canary, in words with numbers: what was tried and why, how it went, why it ended, what it means."""

from __future__ import annotations

import math
from dataclasses import dataclass

from controller.casebook.category import Failure
from controller.casebook.effects import shown
from controller.casebook.failure import analyse
from controller.casebook.moments import moments
from controller.casebook.record import Record
from controller.casebook.words import Terms, moves
from controller.counted import counted
from controller.duration import duration
from controller.journal.event import Impact, KpiLook, Validated
from controller.model import Role, Verdict

SHOWN_KPIS = 5  # KPIs whose detectable effects are listed one by one


@dataclass(frozen=True)
class Told:
    """One sentence of the story; `seconds` since the start of the canary, None for what has no moment of its own."""

    label: str
    text: str
    seconds: float | None = None


@dataclass(frozen=True)
class Story:
    """A canary's story.

    Attributes:
        headline: how it ended, in a line.
        before: what was tried and why, what it could detect.
        course: what happened, in order.
        after: why it ended, what decided, what it means, what to do.
        failure: the analysis, None when it was promoted or is not over.
    """

    headline: str
    before: tuple[Told, ...]
    course: tuple[Told, ...]
    after: tuple[Told, ...]
    failure: Failure | None


def ending(record: Record) -> str:
    """Return how a cycle ended, in words; `running` and the like while it is under way."""
    if record.outcome:
        return record.outcome.replace("_", " ")
    if record.verdict:
        return "promoting" if record.verdict == Verdict.PROCEED else f"ending as {record.verdict}"
    if record.started_at is None:
        return "not started yet"
    return "standing still" if record.holds and record.holds[-1].end is None else "running"


def tell(record: Record, terms: Terms) -> Story:
    """Return the story of a canary."""
    failure = analyse(record, terms)
    on = f" ({failure.category}{f' on {failure.kpi}' if failure.kpi else ''})" if failure else ""
    return Story(
        headline=f"Canary {record.id}: {ending(record)}{on}",
        before=tuple(_before(record, terms)),
        course=tuple(_course(record, terms)),
        after=tuple(_after(record, terms, failure)),
        failure=failure,
    )


def _before(record: Record, terms: Terms) -> list[Told]:
    what = moves(record.changes)
    why = f", because {record.rationale.removeprefix(f'{what}: ')}" if not _forced(record) else ""
    asked = f"{record.asked_by} asked for it: {record.asked_why}" if record.asked_by and record.asked_why else ""
    told = [Told("tried", "; ".join(part for part in (what + why, asked) if part))]
    for item in record.predicted:
        span = terms.span(item.kpi, item.low, item.high)
        told.append(Told("predicted", f"{item.kpi} {terms.effect(item.kpi, item.effect)}, {span}"))
    if record.golden is not None and record.golden.passed:
        told.append(Told("checked", _checked(record.golden)))
    if record.detectable:
        ordered = sorted(record.detectable, key=lambda item: item[0] != record.primary)
        found = [(kpi, size) for kpi, size in ordered if math.isfinite(size)][:SHOWN_KPIS]
        more = f" and {len(record.detectable) - len(found)} more KPIs" if len(record.detectable) > len(found) else ""
        sizes = ", ".join(f"{kpi} {terms.size(kpi, size) if size else 'any change'}" for kpi, size in found)
        length = f"{record.planned} points ({duration(record.planned * terms.scrape)})"
        told.append(Told("could detect", f"{sizes or 'nothing'}{more} in {length}"))
    return told


def _checked(golden: Validated) -> str:
    """Return what let the change pass."""
    if golden.bypassed:
        return f"nothing: the golden cases were bypassed {golden.bypassed}"
    if not golden.cases:
        return "nothing: no golden cases are configured"
    return f"{counted(golden.cases, 'golden case')} passed"


def _forced(record: Record) -> bool:
    """Whether an operator named the change; its rationale says no more than the change itself."""
    return not record.rationale or record.rationale.startswith("forced by an operator")


def _course(record: Record, terms: Terms) -> list[Told]:
    return [Told(moment.kind, moment.text, moment.at - record.origin) for moment in moments(record, terms)]


def _after(record: Record, terms: Terms, failure: Failure | None) -> list[Told]:
    told: list[Told] = []
    if record.verdict:
        told.append(Told("ended", _end(record, terms), record.over_at - record.origin))
    elif record.outcome:
        told.append(Told("ended", f"ended: {ending(record)}: {record.end_reason}", record.over_at - record.origin))
    elif (last := record.last_seen) is not None:
        told += [Told("so far", text, last.at - record.origin) for text in _so_far(last.look.kpis, terms)]
    if failure is not None:
        told += [Told(str(failure.category), failure.why), Told("next", failure.next)]
    elif record.verdict == Verdict.PROCEED:
        told += _success(record, terms)
    told += [Told("measured", text) for impact in record.impacts if (text := _impact(impact, terms))]
    return told


def _end(record: Record, terms: Terms) -> str:
    """Return how it ended; what its KPIs said is told apart, in better words."""
    around = [reason for reason in record.reasons if reason.partition(":")[0] not in terms.kpis]
    return f"ended: {'; '.join((ending(record), *around))}"


def _success(record: Record, terms: Terms) -> list[Told]:
    word = record.word(record.request)
    if word is not None:
        return [Told("decided by", f"{word.actor}, not by the evidence: {word.reason}")]
    seen = () if record.last_seen is None else record.last_seen.look.kpis
    told = [Told("decided by", _numbers(item, terms)) for item in seen if item.role == Role.PRIMARY]
    rails = " and harmed no guardrail beyond its margin" if any(item.role != Role.PRIMARY for item in seen) else ""
    return [*told, Told("means", f"the change helped{rails}; {moves(record.changes)} is in force in every arm")]


def _so_far(kpis: tuple[KpiLook, ...], terms: Terms) -> list[str]:
    """Return what each KPI says of a canary that goes on; one sentence as long as there is nothing to say."""
    if not any(item.count for item in kpis):
        return ["no points yet: the first count after the warm-up"]
    return [_numbers(item, terms) if item.count else f"{item.kpi}: no points yet" for item in kpis[:SHOWN_KPIS]]


def _numbers(item: KpiLook, terms: Terms) -> str:
    needed = ""
    if item.role == Role.PRIMARY and math.isfinite(item.benefit_needed):
        needed = f"; {terms.size(item.kpi, item.benefit_needed)} is proof of a benefit"
    if math.isfinite(item.harm_needed) and item.verdict != Verdict.PROCEED:
        needed += f"; {terms.size(item.kpi, item.harm_needed)} of harm is proof for a rollback"
    return f"{item.kpi} {terms.effect(item.kpi, item.effect)}, {shown(item, terms)}{needed}"


def _impact(impact: Impact, terms: Terms) -> str:
    if impact.predicted is None or impact.error_ratio is None:
        return ""
    predicted, measured = (terms.effect(impact.kpi, value) for value in (impact.predicted, impact.measured))
    said = f"{impact.kpi} {measured} against {predicted} predicted (error {impact.error_ratio:.0%})"
    if impact.held is None:
        return said
    return f"{said}, {'inside' if impact.held else 'OUTSIDE'} the interval that was predicted"
