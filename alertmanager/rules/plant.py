"""What drifts by itself. Apart from drift.py: with its look-back of a day, the unit tests of shorter ones take long."""

from __future__ import annotations

from alertmanager.condition import rate
from alertmanager.rule import Alert, Case, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import DRIFT_DETECTED
from exporter.seconds import DAY

_PLANT = f'{DRIFT_DETECTED.name}{{cause="plant"}}'

RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="PlantDrift",
        expr=lambda timing: f"sum({rate('increase', DRIFT_DETECTED, timing, DAY, cause='plant')}) > 0",
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=DAY,
        for_seconds=0,
        keep_firing_seconds=0,
        summary="A KPI's level has shifted, and no change of the autopilot's explains it",
        description="Within the last day a shift against the week before was found and confirmed.",
        action="`vvtvctl autopilot drift-check` says which KPI, since when and by how much; find what changed then.",
        fires=Case("shifts are found", (Series(_PLANT, Rising(0.01)),), ""),
        silent=Case("none is found", (Series(_PLANT, Rising(0)),)),
        also=(Case("drift of another cause", (Series(f'{DRIFT_DETECTED.name}{{cause="failures"}}', Rising(1)),)),),
    ),
)
