"""Drift: what stopped the autopilot. Apart from plant.py, what it found, and learning.py, which warns before."""

from __future__ import annotations

import math

from alertmanager.condition import over
from alertmanager.rule import Alert, Case, Cycle, Record, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import PAUSE, PREDICTION_COVERAGE, TRIALS
from exporter.metric import Selector
from exporter.seconds import HOUR, MINUTE
from exporter.timing import Timing

LEAST_COVERAGE = 0.8
"""Share of the last 50 intervals that held, below which the models are surely too sure of themselves."""
KNOWN_CANARIES = 15  # below it predictions rest mostly on priors, and 50 of them are not together

_DRIFT = f'{PAUSE.name}{{cause="drift"}}'
_EMERGENCY = f'{PAUSE.name}{{cause="emergency"}}'
_COVERAGE = f'{PREDICTION_COVERAGE.name}{{kpi="play_completion"}}'
_KNOWN = Series(TRIALS.name, KNOWN_CANARIES)
_KPI = ((names.KPI, "play_completion"),)


def _paused(timing: Timing, cause: str) -> str:
    return f"min({over('min_over_time', Selector(PAUSE.name, ((names.CAUSE, cause),)), timing, 5 * MINUTE)}) > 0"


def _uncovered(timing: Timing) -> str:
    share = over("max_over_time", Selector(PREDICTION_COVERAGE.name), timing, HOUR)
    enough = f"max({over('max_over_time', Selector(TRIALS.name), timing, HOUR)}) >= {KNOWN_CANARIES}"
    return f"max by ({names.KPI}) ({share}) < {LEAST_COVERAGE:g} and on () {enough}"


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="AutopilotDriftPause",
        expr=lambda timing: _paused(timing, "drift"),
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=0,
        summary="The autopilot stopped itself because of drift",
        description="What it learnt no longer fits the service, or its canaries fail. It goes on after the pause.",
        action="Read the reason in `vvtvctl autopilot drift-check`, and find what changed before the pause is over.",
        fires=Case("a pause for drift", (Series(_DRIFT, 1.0),), ""),
        silent=Case("no pause", (Series(_DRIFT, 0.0),)),
        also=(
            Case("an operator's pause", (Series(f'{PAUSE.name}{{cause="operator"}}', 1.0),)),
            Case("NaN only", (Series(_DRIFT, math.nan),)),
            Case("a NaN among ones", (Series(_DRIFT, Cycle((1.0, math.nan, 1.0))),), ""),
        ),
    ),
    Alert(
        name="AutopilotEmergencyPause",
        expr=lambda timing: _paused(timing, "emergency"),
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=10 * MINUTE,
        keep_firing_seconds=0,
        summary="The autopilot is stopped by an emergency pause",
        description="An operator stopped everything; all arms keep control values until somebody resumes it.",
        action='When the emergency is over: `vvtvctl autopilot resume --reason "..."`. It never ends by itself.',
        fires=Case("an emergency pause", (Series(_EMERGENCY, 1.0),), ""),
        silent=Case("no pause", (Series(_EMERGENCY, 0.0),)),
        also=(Case("NaN only", (Series(_EMERGENCY, math.nan),)),),
    ),
    Alert(
        name="PredictionCoverage",
        expr=_uncovered,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=HOUR,
        for_seconds=HOUR,
        keep_firing_seconds=0,
        summary="The autopilot is more sure of its predictions than it may be",
        description="Of the last 50 predicted 95 % intervals for {{ $labels.kpi }} {{ $value | humanizePercentage }} "
        "held what was measured; about 95% is normal.",
        action="Compare predictions and measurements in `vvtvctl autopilot report`; find what changed in the service.",
        fires=Case("60 % held", (Series(_COVERAGE, 0.6), _KNOWN), "60%", _KPI),
        silent=Case("95 % held", (Series(_COVERAGE, 0.95), _KNOWN)),
        also=(
            Case("NaN only", (Series(_COVERAGE, math.nan), _KNOWN)),
            Case("few canaries", (Series(_COVERAGE, 0.6), Series(TRIALS.name, KNOWN_CANARIES - 1))),
        ),
    ),
)
