"""HD detection: how long it takes to tell whether a video plays in high definition."""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, Kind, Kpi, Metric, Selector, ShareAboveReading, Unit

SLOW_BOUND = "2.5"
"""Seconds above which a detection is slow; one of the histogram's bounds, as its `le` label says it."""

HD_DETECTION_DURATION = Metric(
    name="vvtv_hd_detection_duration_seconds",
    kind=Kind.HISTOGRAM,
    help="Time until the player's quality was detected.",
    component="hd_detection",
    labels=(names.VARIANT,),
    values={names.VARIANT: names.ARMS},
    unit=Unit.SECONDS,
    buckets=(0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0),
)

SLOW_RATE_KPI = Kpi(
    name="hd_detection_slow_rate",
    title="Slow HD detections",
    help="Share of HD detections slower than 2.5 s; viewers see a blurred start.",
    reading=ShareAboveReading(Selector(HD_DETECTION_DURATION.name), SLOW_BOUND),
    direction=Direction.LOWER,
    unit=Unit.RATIO,
    margin=0.05,
    band=(0.0, 0.25),
)

METRICS = (HD_DETECTION_DURATION,)
KPIS = (SLOW_RATE_KPI,)
