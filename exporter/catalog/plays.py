"""Plays: did viewers watch to the end what was selected? The primary KPI of the reference service."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, Kind, Kpi, Metric, RatioReading, Selector, Unit

PLAYS = Metric(
    name="vvtv_plays_total",
    kind=Kind.COUNTER,
    help="Plays, by whether the viewer watched to the end.",
    component="plays",
    labels=(names.VARIANT, names.COMPLETED),
    values={names.VARIANT: names.ARMS, names.COMPLETED: ("true", "false")},
    unit=Unit.COUNT,
)

COMPLETION_KPI = Kpi(
    name="play_completion",
    title="Play completion",
    help="Share of plays watched to the end; the number the service exists for.",
    reading=RatioReading(events=Selector(PLAYS.name, ((names.COMPLETED, "true"),)), trials=Selector(PLAYS.name)),
    direction=Direction.HIGHER,
    unit=Unit.RATIO,
    margin=0.02,
)

METRICS = (PLAYS,)
KPIS = (COMPLETION_KPI,)
