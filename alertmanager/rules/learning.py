"""Learning: are predictions and proposals still worth anything? Apart, because these windows last for days."""

from __future__ import annotations

import math

from alertmanager.condition import finite, rate, upper
from alertmanager.rule import Alert, Case, Cycle, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import CYCLES, PREDICTION_ERROR, PREDICTION_KPI
from exporter.metric import Selector
from exporter.timing import Timing

_HOUR = 3600.0
_DAY = 24 * _HOUR
ROLLBACK_SHARE = 0.10
"""Share of cycles that end in a rollback; more means that proposals are poor or the service has changed."""
ROLLBACK_CYCLES = 5
"""Cycles below which that share says nothing."""

_ROLLED_BACK = f'{CYCLES.name}{{outcome="rolled_back"}}'
_PROMOTED = f'{CYCLES.name}{{outcome="promoted"}}'
_SERIES = f'{PREDICTION_ERROR.name}{{kpi="play_completion"}}'
_LABELS = ((names.KPI, "play_completion"),)


def _median_error(timing: Timing) -> str:
    median = finite("quantile_over_time", Selector(PREDICTION_ERROR.name), timing, _DAY, argument="0.5, ")
    return f"max by ({names.KPI}) ({median}) > {upper(PREDICTION_KPI):g}"


def _rollbacks(timing: Timing) -> str:
    rolled = f"sum({rate('increase', CYCLES, timing, 7 * _DAY, outcome='rolled_back')})"
    every = f"sum({rate('increase', CYCLES, timing, 7 * _DAY)})"
    return f"{rolled} / ({every} >= {ROLLBACK_CYCLES}) > {ROLLBACK_SHARE:g}"


def _cycles(title: str, rolled_back: float, promoted: float, value: str | None = None) -> Case:
    series = (Series(_ROLLED_BACK, Rising(rolled_back)), Series(_PROMOTED, Rising(promoted)))
    return Case(title, series, value)


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="PredictionDrift",
        expr=_median_error,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=_DAY,
        for_seconds=3 * _DAY,
        keep_firing_seconds=0,
        summary="The autopilot's predictions have been off for three days",
        description="The median prediction error for {{ $labels.kpi }} is {{ $value | humanizePercentage }}.",
        action="Pause the autopilot, look at predicted and measured effects, and widen or reset what it has learned.",
        fires=Case("an error of 50 %", (Series(_SERIES, 0.5),), "50%", _LABELS),
        silent=Case("an error of 10 %", (Series(_SERIES, 0.1),)),
        also=(
            Case("NaN only", (Series(_SERIES, math.nan),)),
            Case("NaN among high samples", (Series(_SERIES, Cycle((0.5, math.nan, math.nan))),), "50%", _LABELS),
        ),
    ),
    Alert(
        name="AutopilotRollbackRate",
        expr=_rollbacks,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=7 * _DAY,
        for_seconds=_HOUR,
        keep_firing_seconds=0,
        summary="Too many canaries are rolled back",
        description="{{ $value | humanizePercentage }} of the cycles of the last days ended in a rollback.",
        action="Look at which KPI stops them on the autopilot dashboard; narrow the steps or pause the autopilot.",
        fires=_cycles("a quarter rolled back", 0.25, 0.75, "25%"),
        silent=_cycles("none rolled back", 0, 1),
        also=(_cycles("one rollback in too few cycles", 0.000_1, 0.000_1),),
    ),
)
