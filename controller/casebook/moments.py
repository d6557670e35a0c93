"""The moments of a canary that are worth telling: the looks that changed something, stillness, and people's words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from controller.casebook.effects import shown
from controller.casebook.reading import NOISY, allowed, benefit_share, harm_share
from controller.casebook.record import ALERT, LAPSE, OPERATOR, WAITING, Hold, Looked, Record
from controller.casebook.words import Terms, number
from controller.duration import duration
from controller.journal.event import KpiLook
from controller.model import Role, Verdict

NEAR = 0.75  # share of a boundary from which on it is near
MOST = 3  # moments of one kind that are told one by one; the rest is counted
_STILL = {
    ALERT: "held by an incident",
    OPERATOR: "held by an operator",
    LAPSE: "no controller renewed its lease",
    WAITING: "waited for an operator's word",
}


@dataclass(frozen=True)
class Moment:
    """Something that happened: unix seconds, which kind of moment it is, and what happened, in words."""

    at: float
    kind: str
    text: str


def moments(record: Record, terms: Terms) -> tuple[Moment, ...]:
    """Return what happened between the start and the decision, in order; of each kind no more than a few."""
    found = [*_looks(record, terms), *_blind(record), *_holds(record), *_shares(record), *_words(record)]
    ordered = sorted(found, key=lambda moment: moment.at)
    kept: list[Moment] = []
    for kind in dict.fromkeys(moment.kind for moment in ordered):
        same = [moment for moment in ordered if moment.kind == kind]
        kept += same[:MOST]
        if more := same[MOST:]:
            kept.append(Moment(more[0].at, kind, f"{len(more)} more times: {kind}"))
    return tuple(sorted(kept, key=lambda moment: moment.at))


def _looks(record: Record, terms: Terms) -> Iterator[Moment]:
    """Yield the first look, and for each KPI the first time that it is noisy, near a boundary, or proven."""
    told: set[tuple[str, str]] = set()
    begun = False
    for looked in record.looks:
        seen = [item for item in looked.look.kpis if math.isfinite(item.effect)]
        if not begun and (first := next((item for item in seen if item.role == Role.PRIMARY), None)):
            begun = True
            effect = terms.effect(first.kpi, first.effect)
            yield Moment(looked.at, "first look", f"first seen: {first.kpi} {effect}, {shown(first, terms)}")
        if looked.look.verdict not in (Verdict.UNDECIDED, Verdict.BLIND):
            continue  # the decision is told by itself
        for item in seen:
            for kind, text in _changes(item, terms):
                if (kind, item.kpi) not in told:
                    told.add((kind, item.kpi))
                    yield Moment(looked.at, kind, text)


def _changes(item: KpiLook, terms: Terms) -> Iterator[tuple[str, str]]:
    judged, effect = terms.judged(item.kpi), f"{item.kpi} {terms.effect(item.kpi, item.effect)}"
    harm, benefit = harm_share(item, judged), benefit_share(item, judged)
    if item.noise > NOISY:
        yield "noise rose", f"noise rose: {item.kpi} is {number(item.noise)} times as noisy as its history (variance)"
    if harm >= NEAR:
        early = ", but after too few points" if harm > 1 else ""
        yield "harm came near", f"harm came near: {effect}, {harm:.0%} of what a rollback takes{early}"
    if item.role == Role.PRIMARY and item.verdict == Verdict.PROCEED:
        yield "benefit proven", f"benefit proven: {effect}; not every guardrail was cleared yet"
    elif benefit >= NEAR:
        yield "benefit came near", f"benefit came near: {effect}, {benefit:.0%} of what a proof takes"
    if item.role != Role.PRIMARY and item.verdict == Verdict.PROCEED:
        limit = terms.size(item.kpi, allowed(item, judged))
        yield "guardrail cleared", f"guardrail cleared: {item.kpi} does no harm beyond {limit}"


def _blind(record: Record) -> Iterator[Moment]:
    """Yield each stretch of looks that could not judge."""
    since: Looked | None = None
    for looked in record.looks:
        blind = looked.look.verdict == Verdict.BLIND
        if blind and since is None:
            since = looked
            yield Moment(looked.at, "blind", f"blind: {'; '.join(looked.look.reasons)}")
        elif not blind and since is not None:
            yield Moment(looked.at, "seen again", f"seen again after {duration(looked.at - since.at)}")
            since = None


def _holds(record: Record) -> Iterator[Moment]:
    for hold in record.holds:
        pauses = [word for word in record.words if word.order == "pause" and word.at <= hold.start]
        who = f"held by {pauses[-1].actor}" if hold.kind == OPERATOR and pauses else _STILL[hold.kind]
        yield Moment(hold.start, _STILL[hold.kind], f"{who}{_length(hold)}: {'; '.join(hold.reasons)}")


def _length(hold: Hold) -> str:
    return "" if hold.end is None else f" for {duration(hold.end - hold.start)}"


def _shares(record: Record) -> Iterator[Moment]:
    for step in record.steps[1:]:
        yield Moment(step.at, "grew", f"grew to {step.weight:.0%} of the traffic")


def _words(record: Record) -> Iterator[Moment]:
    for word in record.words:
        if word.order in ("pause", "resume"):
            continue  # told by what they led to
        why = f": {word.reason}" if word.reason else ""
        answer = f" ({word.answer})" if word.answer.startswith("refused") else ""
        yield Moment(word.at, f"{word.order} ordered", f"{word.actor} ordered {word.order}{why}{answer}")
