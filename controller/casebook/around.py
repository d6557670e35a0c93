"""Failures that lie around a canary, not in its effect: people, golden cases, alerts, missing data."""

from __future__ import annotations

from controller.casebook import advice
from controller.casebook.category import Category, Failure
from controller.casebook.effects import worth
from controller.casebook.record import ALERT, OPERATOR, WAITING, Record
from controller.casebook.words import Terms
from controller.duration import duration
from controller.golden.report import failed_count
from controller.model import Verdict

POWER = "detects an effect of"
"""Stands in the reason of a refusal for lack of power, and in no other."""


def operator(record: Record, terms: Terms) -> Failure | None:
    """An operator rejected it, aborted it, rolled back in its midst, or had paused the autopilot before it began."""
    del terms
    word = record.word(record.request)
    if word is None and record.outcome == "aborted":
        word = next((said for said in reversed(record.words) if said.order == "rollback"), None)
    before = record.outcome == "held" and record.held_by == OPERATOR
    if word is None and not before and record.outcome != "aborted":
        return None
    why = record.end_reason
    if word is not None:
        last = record.looks[-1].look if record.looks else None
        said = "nothing was seen of it" if last is None else f"look {last.look} said {last.verdict}"
        why = f"{word.actor} ordered {word.order}: {word.reason or 'no reason given'}; until then {said}"
    return Failure(Category.OPERATOR, why, advice.operator(record, word), record.over_at)


def validation(record: Record, terms: Terms) -> Failure | None:
    """Golden cases failed, so it never began."""
    del terms
    golden = record.golden
    if golden is None or golden.passed:
        return None
    counted = f"{failed_count(golden.failures)} of {golden.cases} golden cases failed"
    why = f"{counted if golden.cases else 'the golden cases could not be run'}: {'; '.join(golden.failures)}"
    return Failure(Category.VALIDATION, why, advice.validation(record), record.over_at)


def never_started(record: Record, terms: Terms) -> Failure | None:
    """It was held or refused before it began: an alert, too little power, or too little data."""
    if record.started_at is not None:
        return None
    kpi, why = _named(record, terms, (record.end_reason,)), f"it did not start: {record.end_reason}"
    if record.outcome == "held" and record.held_by == ALERT:
        return Failure(Category.ALERT, why, advice.alert(record), record.over_at)
    if record.outcome == "refused" and POWER in record.end_reason:
        kpi = kpi or record.primary
        wanted = worth(record, kpi, terms) if record.predicted else advice.hoped(record)
        return Failure(Category.REFUSED, why, advice.refused(record), record.over_at, kpi, boundary=wanted)
    return Failure(Category.DATA, why, advice.data(record, kpi), record.over_at, kpi)


def blind(record: Record, terms: Terms) -> Failure | None:
    """There was nothing to judge by for too long, or nobody watched it."""
    if record.verdict != Verdict.BLIND:
        return None
    kpi = _named(record, terms, record.reasons)
    return Failure(Category.DATA, "; ".join(record.reasons), advice.data(record, kpi), record.over_at, kpi)


def held(record: Record, terms: Terms) -> Failure | None:
    """It stood still until that took too long."""
    del terms
    last = record.holds[-1] if record.holds else None
    if last is None or last.end != record.decided_at or last.kind == WAITING:
        return None
    why = f"it was held for {duration(record.over_at - last.start)}, which is too long: {'; '.join(last.reasons)}"
    if last.kind == ALERT:
        return Failure(Category.ALERT, why, advice.alert(record), record.over_at)
    if last.kind == OPERATOR:
        return Failure(Category.OPERATOR, why, advice.operator(record, None), record.over_at)
    return Failure(Category.DATA, why, advice.data(record, ""), record.over_at)


def too_few(record: Record, terms: Terms) -> Failure | None:
    """Its time was up before there were points enough for a verdict."""
    last = record.last_seen
    if last is not None and last.look.verdict == Verdict.INCONCLUSIVE:
        return None
    kpi = _named(record, terms, record.reasons)
    points = min((item.count for item in last.look.kpis), default=0) if last is not None else 0
    why = f"{points} of {record.planned} points came in: {'; '.join(record.reasons)}"
    return Failure(Category.DATA, why, advice.data(record, kpi), record.over_at, kpi, points=points)


def _named(record: Record, terms: Terms, reasons: tuple[str, ...]) -> str:
    """Return the first KPI that some reasons begin with, or else mention; empty when they name none."""
    known = [*terms.kpis, *(name for name, _ in record.detectable), *(item.kpi for item in record.predicted)]
    for reason in reasons:
        if (name := reason.partition(":")[0]) in known:
            return name
    return next((name for name in known for reason in reasons if f" {name}:" in reason or f" {name}," in reason), "")
