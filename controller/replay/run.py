"""Canaries cut out of a record, each judged by every policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from controller.decide.case import Outcome
from controller.model import Verdict
from controller.replay.contender import Contender
from controller.replay.cut import Cut, case
from controller.replay.record import Record


@dataclass(frozen=True)
class Replayed:
    """What a policy would have said of a canary.

    Attributes:
        policy: its name.
        start: of the canary, unix seconds.
        outcome: its answer.
        at: unix seconds of the point that decided, None without one.
        kpi: the KPI that decided, as its first reason names it; empty when it names none, and for other tools' judges,
            which name all.
    """

    policy: str
    start: float
    outcome: Outcome
    at: float | None
    kpi: str

    @property
    def points(self) -> int | None:
        """Points up to the decision, None without one."""
        return None if self.outcome.decided_at is None else self.outcome.decided_at + 1

    @property
    def seen(self) -> bool:
        """Whether it could be judged at all."""
        return self.outcome.verdict is not Verdict.BLIND


def replay(
    record: Record, cuts: tuple[Cut, ...], contenders: tuple[Contender, ...], tell: Callable[[], None] = lambda: None
) -> tuple[tuple[Replayed, ...], ...]:
    """Return, per policy, its answer to every canary; `tell` is called after each canary."""
    found: list[list[Replayed]] = [[] for _ in contenders]
    for cut in cuts:
        whole = case(record, cut, planned=max(one.planned for one in contenders), alpha=contenders[0].alpha)
        for answers, one in zip(found, contenders, strict=True):
            answers.append(_replayed(record, cut, one, one(whole)))
        tell()
    return tuple(tuple(answers) for answers in found)


def _replayed(record: Record, cut: Cut, one: Contender, outcome: Outcome) -> Replayed:
    at = None
    if outcome.decided_at is not None and outcome.decided_at < cut.points.size:
        at = float(record.times[cut.points[outcome.decided_at]])
    names = (course.judged.kpi.name for course in record.courses if one.seeks_benefit)
    first = outcome.reasons[0] if outcome.reasons else ""
    return Replayed(one.name, cut.start, outcome, at, next((n for n in names if first.startswith(f"{n}:")), ""))
