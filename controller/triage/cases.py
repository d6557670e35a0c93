"""In how many cases a kind of failure might have happened, in a period."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from controller.casebook.record import Record
from controller.journal import event as ev
from controller.journal.event import Event
from controller.triage.gather import SKIPPED, Gathered
from controller.triage.kinds import Case, Kind
from controller.triage.moves import subjects
from exporter.seconds import DAY


@dataclass(frozen=True)
class Cases:
    """Counts of a period: of every kind of case, and by subject where cases differ by it."""

    totals: Counter[Case]
    by_subject: Counter[tuple[Case, str]]

    def of(self, kind: Kind, subject: str) -> int:
        """Return in how many cases a failure of this kind and subject might have happened."""
        if kind.case in (Case.MOVE, Case.PREDICTION, Case.RUN):
            return self.by_subject[kind.case, subject]
        return self.totals[kind.case]

    def possible(self, case: Case, least: int) -> int:
        """Return how many subjects had cases enough for a pattern of `least`; 0 where cases have no subjects."""
        return sum(found == case and count >= least for (found, _), count in self.by_subject.items())


def cases(gathered: Gathered, since: float, until: float) -> Cases:
    """Return the cases of a period, unix seconds."""
    totals: Counter[Case] = Counter()
    by_subject: Counter[tuple[Case, str]] = Counter()
    for record in gathered.records:
        if record.outcome and since <= record.over_at <= until:
            _cycle(record, totals, by_subject)
    _others((event for event in gathered.events if since <= event.at <= until), totals, by_subject)
    lasted = max(0.0, until - max(since, gathered.began_at))
    totals[Case.DAY] = math.ceil(lasted / DAY) if math.isfinite(lasted) else 0
    return Cases(totals, by_subject)


def _cycle(record: Record, totals: Counter[Case], by_subject: Counter[tuple[Case, str]]) -> None:
    totals[Case.CYCLE] += 1
    totals[Case.VALIDATION] += record.golden is not None
    if record.started_at is not None:
        totals[Case.CANARY] += 1
        by_subject.update((Case.MOVE, move) for move in subjects(record.changes))
    by_subject.update((Case.PREDICTION, one.kpi) for one in record.impacts if one.held is not None)


def _others(events: Iterable[Event], totals: Counter[Case], by_subject: Counter[tuple[Case, str]]) -> None:
    for event in events:
        match event.payload:
            case ev.Applied(outcome="promoted") | ev.Deployed():
                totals[Case.CHANGE] += 1
            case ev.RollbackRequested() | ev.DeployRequested():
                totals[Case.REQUEST] += 1
            case ev.ControllerStarted():
                totals[Case.START] += 1
            case ev.JobDone() if not event.payload.details.get(SKIPPED):
                by_subject[Case.RUN, event.payload.job] += 1
            case _:
                pass
