"""What the numbers of one KPI at one look mean: its interval, its boundaries as effects, and how near harm is.

Journals of earlier versions lack some of the numbers; they are NaN then.
"""

from __future__ import annotations

import math

from controller.journal.event import KpiLook
from controller.model import JudgedKpi, Role
from exporter.metric import Direction

NOISY = 1.5  # variance ratio to the history above which a canary is noisier than it should be


def interval(item: KpiLook) -> tuple[float, float]:
    """Return the interval of the effect, in the KPI's unit; effect +- margin where the journal has no ends for it."""
    if math.isnan(item.low) or math.isnan(item.high):
        return item.effect - item.margin, item.effect + item.margin
    return item.low, item.high


def allowed(item: KpiLook, judged: JudgedKpi | None) -> float:
    """Return the harm that a promotion must rule out, in the KPI's unit; NaN when it is not known."""
    return judged.margin if math.isnan(item.allowed) and judged is not None else item.allowed


def better(judged: JudgedKpi | None) -> float:
    """Return the sign of an effect that is good: 1 up, -1 down, NaN for a band or an unknown KPI."""
    if judged is None or judged.kpi.direction is Direction.BAND:
        return math.nan
    return 1.0 if judged.kpi.direction is Direction.HIGHER else -1.0


def harm_lines(item: KpiLook, judged: JudgedKpi | None) -> tuple[float, ...]:
    """Return the effects beyond which the KPI is rolled back: one, or two for a band; none when they are not known."""
    if judged is None or not math.isfinite(item.harm_needed):
        return ()
    if judged.kpi.direction is Direction.BAND:
        reach = item.harm_needed + allowed(item, judged)
        return (-reach, reach)
    return (-better(judged) * item.harm_needed,)


def benefit_line(item: KpiLook, judged: JudgedKpi | None) -> float:
    """Return the effect beyond which a primary KPI is proven to be better; NaN for any other."""
    return better(judged) * item.benefit_needed if item.role == Role.PRIMARY else math.nan


def margin_lines(item: KpiLook, judged: JudgedKpi | None) -> tuple[float, ...]:
    """Return the effects beyond which a guardrail does more harm than is allowed; none for a primary KPI."""
    limit = allowed(item, judged)
    if judged is None or item.role == Role.PRIMARY or not math.isfinite(limit):
        return ()
    return (-limit, limit) if judged.kpi.direction is Direction.BAND else (-better(judged) * limit,)


def harm_share(item: KpiLook, judged: JudgedKpi | None) -> float:
    """Return the harm as a share of what a rollback takes: 1 is at the boundary; NaN when it cannot be said."""
    lines = harm_lines(item, judged)
    return max((item.effect / line for line in lines if line), default=math.nan)


def benefit_share(item: KpiLook, judged: JudgedKpi | None) -> float:
    """Return the benefit as a share of what a proof takes: 1 is at the boundary; NaN when it cannot be said."""
    line = benefit_line(item, judged)
    return item.effect / line if math.isfinite(line) and line else math.nan
