"""What stands in events: one frozen value per concept."""

from __future__ import annotations

import math

from controller.journal.frozen import Frozen
from exporter.parameter import Value, shown


class Moved(Frozen):
    """One parameter's move."""

    parameter: str
    old: Value
    new: Value

    @property
    def text(self) -> str:
        """The move as people read it."""
        return f"{self.parameter} {shown(self.old)} -> {shown(self.new)}"


class Predicted(Frozen):
    """Predicted effect on a KPI, in the KPI's unit, with the 95 % interval for what the canary will measure.

    `true_low` and `true_high` are the 95 % interval of the effect itself (came later).
    """

    kpi: str
    effect: float
    low: float
    high: float
    true_low: float = math.nan
    true_high: float = math.nan


class Observation(Frozen):
    """A KPI's level over the analysis window; `content` says what was found where there is no number."""

    kpi: str
    content: str
    level: float | None
    earlier: float | None = None


class Found(Frozen):
    """One finding of the analysis; see controller.decide.analysis.finding.Finding."""

    kpi: str
    kind: str
    text: str
    confidence: float
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan


class KpiLook(Frozen):
    """What one KPI said at a look; see controller.decide.canary.KpiVerdict. What has a default came later."""

    kpi: str
    role: str
    effect: float
    margin: float
    standard_error: float
    harm_needed: float
    count: int
    canary_mean: float
    comparison_mean: float
    verdict: str
    reason: str
    query: str
    digest: str
    low: float = math.nan
    high: float = math.nan
    benefit_needed: float = math.nan
    allowed: float = math.nan
    detectable: float = math.nan
    fraction: float = math.nan
    rule: str = ""
    noise: float = math.nan


class Impact(Frozen):
    """Predicted against measured effect on a KPI, in the KPI's unit; levels before and after the change.

    `low` and `high` are the 95 % interval that was predicted, `held` says whether it held the measured effect, allowing
    for a canary that ended early (came later).
    """

    kpi: str
    predicted: float | None
    measured: float
    standard_error: float
    error_ratio: float | None
    before: float | None
    after: float | None
    low: float = math.nan
    high: float = math.nan
    held: bool | None = None
