"""Everything that was learnt: one response model per KPI, kept at one time."""

from __future__ import annotations

from collections.abc import Mapping

from controller.decide.learner.bank import Prior
from controller.decide.learner.response import Response
from controller.decide.learner.space import Space
from exporter.parameters import Value

Point = Mapping[str, Value]
ABSURD = 1e100  # size beyond which a number is no measurement; its square still is a number


class Learner:
    """Response models of all KPIs.

    Args:
        space: the parameters.
        priors: belief about every KPI before any measurement.
        now: days, on any clock; all later times are on the same.
    """

    def __init__(self, space: Space, priors: Mapping[str, Prior], now: float = 0.0) -> None:
        self.space = space
        self.responses = {kpi: Response(space, prior) for kpi, prior in priors.items()}
        self._now = now

    def advance(self, now: float) -> None:
        """Go to `now`, in days; a clock that went back stands still until it has caught up."""
        for response in self.responses.values():
            response.advance(now - self._now)
        self._now = max(self._now, now)

    def inflate(self, kpi: str) -> None:
        """Believe less of what was learnt about a KPI, whose level moved by itself; nothing where it has no model."""
        if kpi in self.responses:
            self.responses[kpi].inflate()

    def see_levels(self, values: Point, levels: Mapping[str, tuple[float, float]]) -> None:
        """Learn from levels under `values`: KPI -> (level, standard error). What is no measurement is left out."""
        (row,) = self.space.rows([values])
        for kpi, (level, error) in levels.items():
            if kpi in self.responses and _usable(level, error):
                self.responses[kpi].see_level(row, level, error**2)

    def learn(self, base: Point, tried: Point, effects: Mapping[str, tuple[float, float]]) -> None:
        """Learn from a canary: KPI -> (effect, standard error). What is no measurement is left out."""
        before, after = self.space.rows([base, tried])
        for kpi, (effect, error) in effects.items():
            if kpi in self.responses and _usable(effect, error):
                self.responses[kpi].learn(before, after, effect, error)


def _usable(value: float, error: float) -> bool:
    """Return whether a number and its standard error are a measurement; NaN, infinite and absurd ones are none."""
    return abs(value) <= ABSURD and 0 < error <= ABSURD
