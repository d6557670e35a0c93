"""Numbers as people say them: effects with the KPI's unit, times, changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from controller.config.config import Config
from controller.journal.event import Moved
from controller.model import JudgedKpi, Role
from exporter.metric import Unit
from exporter.seconds import MINUTE

_LATE = 10  # minutes, from which on tenths of one are not worth saying
_SHOWN = {Unit.RATIO: (100.0, " pp"), Unit.NATS: (1.0, " nats"), Unit.SECONDS: (1.0, " s")}


@dataclass(frozen=True)
class Terms:
    """What is known of the KPIs, by name, and the seconds between two points of evidence."""

    kpis: Mapping[str, JudgedKpi]
    scrape: float

    @classmethod
    def of(cls, config: Config) -> Terms:
        """Return what a configuration knows: the KPIs that it judges by, and all others that it describes."""
        others = {name: JudgedKpi(kpi, Role.GUARDRAIL, kpi.margin) for name, kpi in config.known_kpis.items()}
        return cls(others | {item.kpi.name: item for item in config.judged}, config.prometheus.scrape_interval)

    def judged(self, kpi: str) -> JudgedKpi | None:
        """Return a KPI, None when it is not known any more."""
        return self.kpis.get(kpi)

    def _shown(self, kpi: str, *values: float) -> tuple[float, str]:
        """Return factor and name of the unit that some effects on a KPI are told in."""
        judged = self.kpis.get(kpi)
        unit = Unit.NONE if judged is None else judged.kpi.unit
        if unit is Unit.SECONDS and all(abs(value) < 1 for value in values if math.isfinite(value)):
            return 1000.0, " ms"
        return _SHOWN.get(unit, (1.0, ""))

    def effect(self, kpi: str, value: float) -> str:
        """Return an effect with its sign and unit; `pp` are percentage points."""
        factor, unit = self._shown(kpi, value)
        return number(factor * value, signed=True) + (unit if math.isfinite(value) else "")

    def size(self, kpi: str, value: float) -> str:
        """Return the size of an effect, without a sign."""
        factor, unit = self._shown(kpi, value)
        return number(abs(factor * value)) + (unit if math.isfinite(value) else "")

    def span(self, kpi: str, low: float, high: float) -> str:
        """Return an interval."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return "without bounds yet"
        factor, unit = self._shown(kpi, low, high)
        return f"between {number(factor * low, signed=True)} and {number(factor * high, signed=True)}{unit}"

    def brief(self, kpi: str, effect: float, low: float, high: float) -> str:
        """Return an effect with its interval, as short as it gets."""
        factor, unit = self._shown(kpi, *(value for value in (effect, low, high) if math.isfinite(value)))
        ends = (number(factor * value, signed=True) for value in (low, high))
        return f"{number(factor * effect, signed=True)}{unit} ({' to '.join(ends)})"


def number(value: float, *, signed: bool = False) -> str:
    """Return a number in three digits; `-` for NaN."""
    if math.isnan(value):
        return "-"
    value += 0.0  # no -0
    return f"{value:+.3g}" if signed else f"{value:.3g}"


def minute(seconds: float) -> str:
    """Return a moment as the minute since the start; as the second within the first minute."""
    if 0 < round(seconds) < MINUTE:
        return f"second {seconds:.0f}"
    minutes = seconds / MINUTE
    return f"minute {minutes:.0f}" if abs(minutes) >= _LATE else f"minute {round(minutes, 1):g}"


def moves(changes: tuple[Moved, ...]) -> str:
    """Return a change."""
    return ", ".join(move.text for move in changes)
