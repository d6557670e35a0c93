"""HD detection: the share that is slow, recorded once per arm and compared with the KPI's band."""

from __future__ import annotations

from alertmanager.condition import upper, window
from alertmanager.rule import Alert, Case, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.hd_detection import HD_DETECTION_DURATION, SLOW_BOUND, SLOW_RATE_KPI
from exporter.promql import level
from exporter.seconds import MINUTE

_WINDOW = 5 * MINUTE
SLOW_RATE = Record(
    name=f"{names.VARIANT}:{SLOW_RATE_KPI.name}:ratio",
    expr=lambda timing: level(SLOW_RATE_KPI, window(timing, _WINDOW), (names.VARIANT,)),
)
_LABELS = ((names.VARIANT, names.CONTROL),)


def _detections(title: str, *, per_minute: float, below: float, value: str | None = None) -> Case:
    bucket = f'{HD_DETECTION_DURATION.name}_bucket{{le="{SLOW_BOUND}",variant="control"}}'
    count = f'{HD_DETECTION_DURATION.name}_count{{variant="control"}}'
    series = (Series(bucket, Rising(below)), Series(count, Rising(per_minute)))
    return Case(title, series, value, _LABELS if value else ())


RECORDS = (SLOW_RATE,)
ALERTS = (
    Alert(
        name="QualityDegradation",
        expr=lambda _timing: f"{SLOW_RATE.name} > {upper(SLOW_RATE_KPI):g}",
        severity=Severity.CRITICAL,
        team=Team.PLATFORM,
        service=names.JOB_SERVICE,
        component="hd_detection",
        window=_WINDOW,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=2 * MINUTE,
        summary="Too many HD detections are slow; viewers see a blurred start",
        description=f"{{{{ $value | humanizePercentage }}}} of arm {{{{ $labels.variant }}}} take over {SLOW_BOUND} s.",
        action="Compare the arms; when all are slow, look at the detection's host and network before any parameter.",
        fires=_detections("40 % slow detections", per_minute=120, below=72, value="40%"),
        silent=_detections("5 % slow detections", per_minute=120, below=114),
        also=(_detections("no detections at all", per_minute=0, below=0),),
    ),
)
