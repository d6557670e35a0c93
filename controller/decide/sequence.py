"""A whole canary judged as if its points had arrived one by one: the first point that decides is the answer.

The traces of all KPIs are computed once; each of their points depends on earlier points alone, so the verdict at a
point is the verdict that a live look there would have given.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from controller.decide import mismatch
from controller.decide.canary import EXPECTED_TRIALS, Look, blindness, combine, hopeless
from controller.decide.case import Case, MetricCase, MetricOutcome, Outcome, SeriesKind
from controller.decide.policy import Policy
from controller.decide.trace import Flags, Trace, trace
from controller.model import Floats, JudgedKpi, KpiEvidence, PairedSeries, Role, Verdict
from exporter.metric import GaugeReading, Kpi, MeanReading, RatioReading, Selector, ShareAboveReading, Unit

_NONE = Selector("none")


def _arm(metric: MetricCase, points: Floats) -> tuple[Floats, Floats]:
    """Return one arm's values and trials per point, NaN where it has none; shape [T] each."""
    if metric.kind is SeriesKind.GAUGE:
        values = np.where(np.isfinite(points), points, np.nan)
        return values, np.ones(values.size)
    if metric.kind is SeriesKind.COUNTER or metric.objective is None:
        events, trials = points[:, 0], points[:, 1]
    else:
        trials = points[:, 1]
        events = trials - points[:, 2 + metric.bounds.index(metric.objective)]
    known = np.isfinite(events) & np.isfinite(trials)
    with np.errstate(over="ignore"):
        values = np.divide(events, trials, out=np.zeros(trials.size), where=known & (trials > 0))
    return np.where(known & np.isfinite(values), values, np.nan), trials


def _paired(metric: MetricCase, canary: Floats, comparison: Floats, start: int) -> PairedSeries:
    first, second = _arm(metric, canary), _arm(metric, comparison)
    known = [np.isfinite(values) for values, _ in (first, second)]
    good = known[0] & known[1]
    ends = [int(np.flatnonzero(one)[-1]) if one.any() else -1 for one in known]
    trials = None
    if metric.kind is not SeriesKind.GAUGE:
        trials = np.stack([first[1][good], second[1][good]], axis=1)
    return PairedSeries(
        times=start + np.flatnonzero(good).astype(float),
        values=np.stack([first[0][good], second[0][good]], axis=1),
        trials=trials,
        expected=good.size,
        behind=abs(ends[0] - ends[1]),
    )


def _judged(metric: MetricCase) -> JudgedKpi:
    reading: GaugeReading | RatioReading | MeanReading | ShareAboveReading
    if metric.kind is SeriesKind.GAUGE:
        reading = GaugeReading(_NONE)
    elif metric.kind is SeriesKind.COUNTER:
        reading = RatioReading(_NONE, _NONE)
    elif metric.objective is None:
        reading = MeanReading(_NONE)
    else:
        reading = ShareAboveReading(_NONE, str(metric.objective))
    kpi = Kpi(metric.name, metric.name, "", reading, metric.direction, Unit.NONE, metric.margin)
    return JudgedKpi(kpi, metric.role, metric.margin, metric.margin_unit, tolerated=metric.tolerated)


def evidence(case: Case) -> tuple[KpiEvidence, ...]:
    """Return a case as evidence; history stands at the points ..., -2, -1, the canary at 0, 1, ..."""
    return tuple(
        KpiEvidence(
            _judged(metric),
            _paired(metric, metric.canary[: case.planned], metric.comparison[: case.planned], 0),
            _paired(metric, metric.history_canary, metric.history_comparison, -metric.history_canary.shape[0]),
        )
        for metric in case.metrics
    )


def _positions(item: KpiEvidence, found: Trace, points: int) -> NDArray[np.intp]:
    """Return, for each point of the canary, the index of the trace's latest entry; -1 before the first; shape [T]."""
    seen = np.searchsorted(item.canary.times, np.arange(points), side="right")
    found_at: NDArray[np.intp] = np.searchsorted(found.count, seen, side="right") - 1
    return found_at


def _blind(item: KpiEvidence, points: int, policy: Policy) -> Flags:
    """Return at which points a KPI cannot be judged, [points]; as `blindness` says of the evidence up to there."""
    seen = np.searchsorted(item.canary.times, np.arange(points), side="right")
    blind: Flags = seen < policy.minimum_coverage * np.arange(1, points + 1)
    if item.canary.trials is None or item.canary.count == 0:
        return blind
    usual = float(item.history.weight.mean())
    with np.errstate(over="ignore"):  # infinitely more is more
        share = np.cumsum(item.canary.weight) / np.arange(1, item.canary.count + 1) / usual
    told = (np.arange(1, share.size + 1) * usual >= EXPECTED_TRIALS) & (
        np.arange(1, share.size + 1) >= policy.minimum_harm
    )
    thin = told & (share <= policy.minimum_traffic)
    split = mismatch.share(item.history, item.canary, policy)
    off = thin if split is None else thin | split.off
    held: Flags = blind | np.concatenate([[False], off])[seen]
    return held


def _first(flags: Flags) -> int | None:
    return int(np.argmax(flags)) if flags.any() else None


def judge(case: Case, policy: Policy | None = None) -> Outcome:
    """Return the verdict on a case. `policy` gives all but alpha and the plan, which are the case's own."""
    policy = replace(policy or Policy(), alpha=case.alpha, planned=case.planned)
    known = evidence(case)
    points = min(case.planned, max((metric.canary.shape[0] for metric in case.metrics), default=0))
    unseen = blindness(tuple(replace(item, canary=_prefix(item.canary, 0)) for item in known), policy)
    unseen += tuple(
        f"{item.judged.kpi.name}: no point has data in both arms" for item in known if item.canary.count == 0
    )
    if unseen or points == 0:
        seen = tuple(MetricOutcome(item.judged.kpi.name, n=item.canary.count) for item in known)
        return Outcome(case.id, Verdict.BLIND, None, unseen or ("there are no metrics to judge",), seen)
    traces = tuple(trace(item, policy, len(known)) for item in known)
    where = [_positions(item, found, points) for item, found in zip(known, traces, strict=True)]
    at = _decisive(known, traces, where, points, policy)
    last = points - 1 if at is None else at
    cut = tuple(replace(item, canary=_until(item.canary, last)) for item in known)
    shown = tuple(
        trace(item, policy, len(known)) if found.rule == "still" else found  # its noise is the canary's own, so far
        for item, found in zip(cut, traces, strict=True)
    )
    look = combine(cut, shown, tuple(int(index[last]) for index in where), policy)
    if at is None and (missing := blindness(cut, policy)):
        look = Look(Verdict.BLIND, missing, look.kpis)
    return Outcome(case.id, look.verdict, at, look.reasons, _metrics(look))


def _decisive(
    known: tuple[KpiEvidence, ...],
    traces: tuple[Trace, ...],
    where: list[NDArray[np.intp]],
    points: int,
    policy: Policy,
) -> int | None:
    """Return the first point at which the verdict is proceed, rollback or inconclusive."""
    blind, harmed, good = np.zeros(points, dtype=bool), np.zeros(points, dtype=bool), np.ones(points, dtype=bool)
    futile, ended = np.zeros(points, dtype=bool), np.arange(1, points + 1) >= policy.planned
    for item, found, index in zip(known, traces, where, strict=True):
        blind |= _blind(item, points, policy)
        begun = index >= 0
        primary = item.judged.role is Role.PRIMARY
        enough = found.better if primary else found.safe
        harmed |= begun & found.harmed[index]
        good &= begun & enough[index] & ~found.harmed[index]
        if primary:
            futile |= begun & hopeless(found, policy)[index]
    return _first(~blind & (harmed | good | futile | ended))


def _prefix(series: PairedSeries, count: int) -> PairedSeries:
    trials = None if series.trials is None else series.trials[:count]
    return replace(
        series, times=series.times[:count], values=series.values[:count], trials=trials, expected=0, behind=0
    )


def _until(series: PairedSeries, last: int) -> PairedSeries:
    count = int(np.searchsorted(series.times, last, side="right"))
    return replace(_prefix(series, count), expected=last + 1, behind=series.behind)


def _metrics(look: Look) -> tuple[MetricOutcome, ...]:
    return tuple(MetricOutcome(kpi.kpi, kpi.effect, kpi.low, kpi.high, kpi.detectable, kpi.count) for kpi in look.kpis)
