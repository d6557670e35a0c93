"""Answers that every rival gives in the same way."""

from __future__ import annotations

from controller.decide.case import Case, MetricOutcome, Outcome
from controller.model import Verdict


def undecided(case: Case, reason: str) -> Outcome:
    """Return that more points are needed."""
    return Outcome(case.id, Verdict.UNDECIDED, None, (reason,), bare(case))


def blind(case: Case, decided_at: int | None, reason: str) -> Outcome:
    """Return that there is nothing to judge by."""
    return Outcome(case.id, Verdict.BLIND, decided_at, (reason,), bare(case))


def bare(case: Case) -> tuple[MetricOutcome, ...]:
    """Return the metrics' names without numbers."""
    return tuple(MetricOutcome(metric.name) for metric in case.metrics)


def missing(case: Case, points: int) -> Outcome | None:
    """Return the answer to a case that cannot be judged at its planned end: no metric, or fewer points than planned."""
    if not case.metrics:
        return blind(case, None, "the case has no metric to judge")
    if points < case.planned:
        return undecided(case, f"{points} of {case.planned} planned points, and nothing decided yet")
    return None
