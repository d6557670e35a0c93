"""One thing that an analysis found, with how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What a finding is about."""

    LEVEL = "level"
    TREND = "trend"
    SEASON = "season"
    QUALITY = "quality"
    GOAL = "goal"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True)
class Finding:
    """What was found about one KPI.

    Attributes:
        kpi: its name.
        kind: what the finding is about.
        text: the finding in words, to be read after the KPI's name.
        confidence: probability, 0 to 1, that what the text says is so; 0 where the noise is not known.
        value: the number that the finding is about, in the unit that docs/analysis.md names; NaN without one.
        low, high: 95 % interval of `value`; NaN without one.

    Raises:
        ValueError: the confidence is no probability.
    """

    kpi: str
    kind: FindingKind
    text: str
    confidence: float
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    def __post_init__(self) -> None:
        """Refuse a confidence that is none."""
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"{self.kpi}: the confidence of a finding lies in 0..1, found {self.confidence}")


def percent(share: float) -> str:
    """Return a probability in per cent, never rounded up to certainty."""
    return f"{min(99.9, 100 * share):.3g} %"
