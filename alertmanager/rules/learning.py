"""Learning: are predictions and proposals still worth anything? Apart, because these windows last for days."""

from __future__ import annotations

import math

from alertmanager.condition import over, rate, upper
from alertmanager.rule import Alert, Case, Cycle, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import CYCLES, PREDICTION_ERROR_P50, PREDICTION_KPI, TRIALS
from exporter.catalog.controller import ROLLBACK_SHARE as ROLLBACKS
from exporter.metric import Selector
from exporter.seconds import DAY, HOUR
from exporter.timing import Timing

ROLLBACK_SHARE = 0.10
"""Share of judged canaries that are rolled back; more means that proposals are poor or the service has changed."""
LEAST_ROLLBACKS = 3
"""Rollbacks below which that share says nothing: 1 of 7 canaries is chance, and 14 %."""

_ROLLED_BACK = f'{CYCLES.name}{{outcome="rolled_back"}}'
_SHARE = f'{ROLLBACKS.name}{{window="7d"}}'
_SERIES = f'{PREDICTION_ERROR_P50.name}{{kpi="play_completion"}}'
KNOWN_CANARIES = 15  # below it predictions rest mostly on priors
_KNOWN = Series(TRIALS.name, KNOWN_CANARIES)
_LABELS = ((names.KPI, "play_completion"),)


def _median_error(timing: Timing) -> str:
    median = over("max_over_time", Selector(PREDICTION_ERROR_P50.name), timing, HOUR)
    enough = f"max({over('max_over_time', Selector(TRIALS.name), timing, HOUR)}) >= {KNOWN_CANARIES}"
    return f"max by ({names.KPI}) ({median}) > {upper(PREDICTION_KPI):g} and on () {enough}"


def _rollbacks(timing: Timing) -> str:
    share = over("max_over_time", Selector(ROLLBACKS.name, ((names.WINDOW, "7d"),)), timing, HOUR)
    rolled = f"sum({rate('increase', CYCLES, timing, 7 * DAY, outcome='rolled_back')})"
    return f"max({share}) > {ROLLBACK_SHARE:g} and on () {rolled} > {LEAST_ROLLBACKS - 0.5:g}"


def _cycles(title: str, share: float, rolled_back: float, value: str | None = None) -> Case:
    """Return a case with a share, and so many rollbacks per minute."""
    return Case(title, (Series(_SHARE, share), Series(_ROLLED_BACK, Rising(rolled_back))), value)


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="PredictionDrift",
        expr=_median_error,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=HOUR,
        for_seconds=3 * DAY,
        keep_firing_seconds=0,
        summary="The autopilot's predictions have been off for three days",
        description="The 14-day median prediction error for {{ $labels.kpi }} is {{ $value | humanizePercentage }}, "
        "the canaries' noise already taken off; near 0% is normal.",
        action='Unless `vvtvctl autopilot drift-check` says paused: `vvtvctl autopilot pause --reason "..."`. '
        "Then compare predicted with measured effects, and find what changed in the service.",
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
        window=7 * DAY,
        for_seconds=HOUR,
        keep_firing_seconds=0,
        summary="Too many canaries are rolled back",
        description="{{ $value | humanizePercentage }} of the canaries of the last 7 days were rolled back, 3 or more.",
        action="Look at which KPI stops them on the autopilot dashboard; narrow the steps or pause the autopilot.",
        fires=_cycles("a quarter rolled back", 0.25, 0.25, "25%"),
        silent=_cycles("none rolled back", 0, 0),
        also=(
            _cycles("1 rollback among 7 canaries", 1 / 7, 0.000_1),
            _cycles("no canary was judged", math.nan, 0.25),
        ),
    ),
)
