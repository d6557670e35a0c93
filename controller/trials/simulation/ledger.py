"""What the hours of a run cost: regret against the best safe values, and time with a guardrail beyond its limit."""

from __future__ import annotations

from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.record import Tally
from controller.trials.simulation.task import Values


class Ledger:
    """Books hours into a tally, by the plant's truth.

    Args:
        plant: the truth.
        tally: where the sums are kept.
    """

    def __init__(self, plant: CheckedPlant, tally: Tally) -> None:
        self._plant, self._tally = plant, tally

    def live(self, day: float, values: Values, hours: float) -> None:
        """Book hours in which every arm had the values in force."""
        self._lose(day, values, hours)
        self._tally.static_regret += self._gap(day, self._plant.start) * hours
        if not self._safe(day, values):
            self._tally.unsafe_live_hours += hours

    def canary(self, day: float, base: Values, tried: Values, hours: float, share: float) -> None:
        """Book hours in which a share of the units had the tried values."""
        self._lose(day, base, hours * (1 - share))
        self._lose(day, tried, hours * share)
        self._tally.static_regret += self._gap(day, self._plant.start) * hours
        self._tally.unsafe_canary_hours += 0.0 if self._safe(day, tried) else hours * share
        self._tally.unsafe_live_hours += 0.0 if self._safe(day, base) else hours * (1 - share)

    def _lose(self, day: float, values: Values, hours: float) -> None:
        self._tally.regret += self._gap(day, values) * hours

    def _safe(self, day: float, values: Values) -> bool:
        return self._plant.safe(self._plant.response(values, day))

    def _gap(self, day: float, values: Values) -> float:
        """Return what the best safe values would give more; 0 for unsafe values that give more than that."""
        return max(0.0, self._plant.best(day) - self._plant.response(values, day)[self._plant.primary])
