"""Predictions beside what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from controller.casebook.record import Record
from controller.decide.learner.accuracy import Held
from controller.journal.event import Impact, Predicted
from controller.journal.held import held
from controller.journal.state import Effect


@dataclass(frozen=True)
class Pair:
    """One KPI of one proposal; a half that there was none of is None."""

    kpi: str
    predicted: Predicted | None
    measured: Impact | None

    @property
    def covered(self) -> bool | None:
        """Whether the predicted interval held the measured effect; None without both."""
        found = self.held
        return found.covered if found is not None and found.known else None

    @property
    def held(self) -> Held | None:
        """The prediction and what was measured as one value; None without both."""
        if self.predicted is None or self.measured is None:
            return None
        return held(self.predicted, Effect(self.measured.measured, self.measured.standard_error))


def pairs(record: Record) -> tuple[Pair, ...]:
    """Return a proposal's KPIs: the predicted ones first, then those that were only measured."""
    predicted = {item.kpi: item for item in record.predicted}
    measured = {item.kpi: item for item in record.impacts}
    return tuple(Pair(kpi, predicted.get(kpi), measured.get(kpi)) for kpi in predicted | measured)


def answered(records: Iterable[Record]) -> tuple[Pair, ...]:
    """Return every prediction that could be held against a measurement."""
    return tuple(pair for record in records for pair in pairs(record) if pair.covered is not None)
