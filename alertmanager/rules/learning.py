"""Learning: are predictions and proposals still worth anything? Apart, because these windows last for days."""

from __future__ import annotations

import math

from alertmanager.condition import over, rate, upper
from alertmanager.rule import Alert, Case, Cycle, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import CYCLES, PREDICTION_ERROR_P50, PREDICTION_KPI, TRIALS
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
_SERIES = f'{PREDICTION_ERROR_P50.name}{{kpi="play_completion"}}'
KNOWN_CANARIES = 15  # below it predictions rest mostly on priors
_KNOWN = Series(TRIALS.name, KNOWN_CANARIES)
_LABELS = ((names.KPI, "play_completion"),)


def _median_error(timing: Timing) -> str:
    median = over("max_over_time", Selector(PREDICTION_ERROR_P50.name), timing, _HOUR)
    enough = f"max({over('max_over_time', Selector(TRIALS.name), timing, _HOUR)}) >= {KNOWN_CANARIES}"
    return f"max by ({names.KPI}) ({median}) > {upper(PREDICTION_KPI):g} and on () {enough}"


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
        window=_HOUR,
        for_seconds=3 * _DAY,
        keep_firing_seconds=0,
        summary="The autopilot's predictions have been off for three days",
        description="The 14-day median prediction error for {{ $labels.kpi }} is {{ $value | humanizePercentage }}, "
        "the canaries' noise already taken off; near 0% is normal.",
        action="Pause the autopilot, compare predicted with measured effects, and find what changed in the service.",
        fires=Case("an error of 50 %", (Series(_SERIES, 0.5), _KNOWN), "50%", _LABELS),
        silent=Case("an error of 10 %", (Series(_SERIES, 0.1), _KNOWN)),
        also=(
            Case("NaN only", (Series(_SERIES, math.nan), _KNOWN)),
            Case("few canaries", (Series(_SERIES, 0.5), Series(TRIALS.name, KNOWN_CANARIES - 1))),
            Case("NaN among high samples", (Series(_SERIES, Cycle((0.5, math.nan, math.nan))), _KNOWN), "50%", _LABELS),
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
