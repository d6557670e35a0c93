"""The curator: it reviews selections and may apply changes within a token-bucket budget."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, GaugeReading, Kind, Kpi, Metric, Selector, Unit

CURATOR_REVIEWS = Metric(
    name="vvtv_curator_reviews_total",
    kind=Kind.COUNTER,
    help="Reviews by outcome: applied, kept as it was, refused for lack of budget, or skipped because the LLM failed.",
    component="curator",
    labels=(names.OUTCOME,),
    values={names.OUTCOME: ("applied", "kept", "no_budget", "llm_failed")},
    unit=Unit.COUNT,
)
CURATOR_BUDGET_USED = Metric(
    name="vvtv_curator_apply_budget_used_ratio",
    kind=Kind.GAUGE,
    help="Share of the curator's token bucket that is spent; at 1 it can apply nothing until the bucket refills.",
    component="curator",
    unit=Unit.RATIO,
)

BUDGET_KPI = Kpi(
    name="curator_apply_budget_used_pct",
    title="Curator budget used",
    help="How much of its budget for interventions the curator has spent.",
    reading=GaugeReading(Selector(CURATOR_BUDGET_USED.name)),
    direction=Direction.LOWER,
    unit=Unit.RATIO,
    margin=0.1,
    band=(0.0, 0.9),
    judged=False,
)

METRICS = (CURATOR_REVIEWS, CURATOR_BUDGET_USED)
KPIS = (BUDGET_KPI,)
