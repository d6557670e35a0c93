"""Failures that the canary's own numbers tell: harm, no effect worth having, noise in which nothing could be told."""

from __future__ import annotations

import math

from controller.casebook import advice
from controller.casebook.category import Category, Failure
from controller.casebook.reading import NOISY, allowed, better, harm_share, interval
from controller.casebook.record import Record
from controller.casebook.words import Terms, number
from controller.counted import counted
from controller.journal.event import KpiLook
from controller.model import Role, Verdict


def harm(record: Record, terms: Terms) -> Failure | None:
    """Harm was proven; on several KPIs, the one that is farthest beyond its boundary decided."""
    if record.verdict != Verdict.ROLLBACK:
        return None
    seen = () if record.last_seen is None else record.last_seen.look.kpis
    harmed = [item for item in seen if item.verdict == Verdict.ROLLBACK]
    if not harmed:
        why = "; ".join(record.reasons)
        return Failure(Category.HARM, why, advice.harm(record, terms, None), record.over_at)
    item = max(harmed, key=lambda kpi: _or_zero(harm_share(kpi, terms.judged(kpi.kpi))))
    why = f"{item.kpi} got worse by {terms.size(item.kpi, item.effect)}, {shown(item, terms)}"
    if math.isfinite(item.harm_needed):
        why += f"; {terms.size(item.kpi, item.harm_needed)} of harm was proof enough"
    if others := [other.kpi for other in harmed if other is not item]:
        why += f"; also harmed: {', '.join(others)}"
    what = advice.harm(record, terms, item)
    return _failure(record, item, Category.HARM, told=(why, what), boundary=item.harm_needed)


def guardrail_open(record: Record, terms: Terms) -> Failure | None:
    """The primary KPI got better, but a guardrail could not be cleared of harm; the least certain one decided."""
    seen = () if record.last_seen is None else record.last_seen.look.kpis
    unsure = [item for item in seen if item.role != Role.PRIMARY and item.verdict != Verdict.PROCEED]
    primary = [item for item in seen if item.role == Role.PRIMARY]
    if not unsure or not primary or primary[0].verdict != Verdict.PROCEED:
        return None
    item = max(unsure, key=lambda kpi: _doubt(kpi, terms))
    limit = allowed(item, terms.judged(item.kpi))
    why = (
        f"{primary[0].kpi} got better, but on {item.kpi} harm beyond {terms.size(item.kpi, limit)} "
        f"was never ruled out: estimate {terms.effect(item.kpi, item.effect)}, {shown(item, terms)}"
    )
    what = advice.noise(record, terms, item, limit)
    return _failure(record, item, Category.NOISE, told=(why, what), boundary=limit)


def no_effect(record: Record, terms: Terms) -> Failure | None:
    """The interval of the primary KPI excludes an effect worth having."""
    item = deciding(record)
    wanted, sign, (low, high) = _wanted(record, item, terms), better(terms.judged(item.kpi)), interval(item)
    best = max(sign * low, sign * high) if math.isfinite(sign) else max(abs(low), abs(high))
    if not best < wanted:
        return None
    why = (
        f"{item.kpi} shows no effect of {terms.size(item.kpi, wanted)}, which would have been worth having: "
        f"estimate {terms.effect(item.kpi, item.effect)}, {shown(item, terms)}"
    )
    what = advice.no_effect(record, terms, item, wanted)
    return _failure(record, item, Category.NO_EFFECT, told=(why, what), boundary=wanted)


def noise(record: Record, terms: Terms) -> Failure | None:
    """The interval holds both nothing and an effect worth having: nobody could tell."""
    item = deciding(record)
    wanted = _wanted(record, item, terms)
    told = (
        f"an effect of {terms.size(item.kpi, wanted)} from none"
        if math.isfinite(wanted)
        else "whether there is an effect"
    )
    why = f"{item.kpi} could not tell {told}: estimate {terms.effect(item.kpi, item.effect)}, {shown(item, terms)}"
    if item.noise > NOISY:
        why += f"; it was {number(item.noise)} times as noisy as its history (variance)"
    what = advice.noise(record, terms, item, wanted)
    return _failure(record, item, Category.NOISE, told=(why, what), boundary=wanted)


def deciding(record: Record) -> KpiLook:
    """Return what the primary KPI said last. Raises AssertionError when nothing was ever seen."""
    if record.last_seen is None:
        raise AssertionError(f"{record.id}: a canary that was never seen has no KPI that decided")
    kpis = record.last_seen.look.kpis
    return next((item for item in kpis if item.role == Role.PRIMARY), kpis[0])


def worth(record: Record, kpi: str, terms: Terms) -> float:
    """Return the size of the effect worth having on a KPI, in its unit; NaN when there was no telling.

    It is the predicted gain; the best that was held possible, where none was predicted; without any prediction, what
    the canary was to detect.
    """
    sign = better(terms.judged(kpi))
    for item in record.predicted:
        if item.kpi == kpi and math.isfinite(sign):
            gain, best = sign * item.effect, max(sign * item.low, sign * item.high)
            if gain > 0 or best > 0:
                return gain if gain > 0 else best
    found = dict(record.detectable).get(kpi, math.nan)
    return found if math.isfinite(found) and found > 0 else math.nan


def shown(item: KpiLook, terms: Terms) -> str:
    """Return interval and points of a KPI, in words."""
    return f"{terms.span(item.kpi, *interval(item))} after {counted(item.count, 'point')}"


def _wanted(record: Record, item: KpiLook, terms: Terms) -> float:
    found = worth(record, item.kpi, terms)
    return item.detectable if math.isnan(found) else found


def _failure(record: Record, item: KpiLook, category: Category, *, told: tuple[str, str], boundary: float) -> Failure:
    low, high = interval(item)
    at = record.over_at if record.last_seen is None else record.last_seen.at
    return Failure(category, *told, at, item.kpi, item.effect, low, high, boundary, item.count)


def _doubt(item: KpiLook, terms: Terms) -> float:
    """Return the width of a guardrail's interval in those of its margin."""
    (low, high), limit = interval(item), allowed(item, terms.judged(item.kpi))
    return _or_zero((high - low) / limit if limit else math.inf)


def _or_zero(value: float) -> float:
    return 0.0 if math.isnan(value) else value
