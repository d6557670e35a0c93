"""Controller: its cycles, its queries, and the bounds it works within."""

from __future__ import annotations

import math

from alertmanager.condition import over, rate, window
from alertmanager.rule import AGE, CLOCK, Alert, Case, Cycle, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import (
    CYCLES,
    LAST_LOOK,
    PARAMETER_BOUND,
    PARAMETER_TARGET,
    PAUSE,
    PROMQL_ERRORS,
)
from exporter.metric import Selector
from exporter.seconds import HOUR, MINUTE
from exporter.timing import Timing

STALL = 5 * MINUTE
STALL_FOR = 10 * MINUTE
"""A controller that steps at every look, idle or not, has hung when its last step stays older than STALL for this long.

The patience is the longer part, because a controller that has just started has no step yet.
"""

IDLE_ERRORS = 10 * MINUTE
"""Between cycles the controller asks again five minutes after a failure: a shorter window would see gaps in between."""

_OPERATORS = Selector(PAUSE.name, ((names.CAUSE, "operator"),))
_PAUSED = f'{PAUSE.name}{{cause="operator"}}'
_FAILED = f'{CYCLES.name}{{outcome="failed"}}'
_TARGET = f'{PARAMETER_TARGET.name}{{parameter="temperature"}}'
_LOW = f'{PARAMETER_BOUND.name}{{parameter="temperature",side="low"}}'
_HIGH = f'{PARAMETER_BOUND.name}{{parameter="temperature",side="high"}}'
_ERRORS = f'{PROMQL_ERRORS.name}{{reason="timeout"}}'


def _stalled(timing: Timing) -> str:
    last = over("max_over_time", Selector(LAST_LOOK.name), timing, 5 * MINUTE)
    return f"time() - max({last}) > {timing.window(STALL)}"


def _at_bound(timing: Timing) -> str:
    span = window(timing, 5 * MINUTE)
    sides = []
    for side, sign, target, bound in (("high", ">=", "min", "max"), ("low", "<=", "max", "min")):
        limit = f'{PARAMETER_BOUND.name}{{{names.SIDE}="{side}"}}'
        sides.append(
            f"label_replace({target} by ({names.PARAMETER}) ({target}_over_time({PARAMETER_TARGET.name}[{span}])), "
            f'"{names.SIDE}", "{side}", "", "")'
            f" {sign} on ({names.PARAMETER}, {names.SIDE})"
            f" {bound} by ({names.PARAMETER}, {names.SIDE}) ({bound}_over_time({limit}[{span}]))"
        )
    return " or ".join(sides)


def _temperature(title: str, target: float, value: str | None = None, side: str = "") -> Case:
    labels = ((names.PARAMETER, "temperature"), (names.SIDE, side)) if side else ()
    return Case(title, (Series(_TARGET, target), Series(_LOW, 0.1), Series(_HIGH, 2.0)), value, labels)


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="AutopilotCycleFailed",
        expr=lambda timing: f"sum({rate('increase', CYCLES, timing, HOUR, outcome='failed')}) > 0",
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=HOUR,
        for_seconds=0,
        keep_firing_seconds=0,
        summary="A cycle of the autopilot ended in an error",
        description="At least one cycle failed within the look-back window; parameters were left as they were.",
        action="Read the reason in `vvtvctl autopilot status`; a failed cycle is an error of ours, not a bad result.",
        fires=Case("failing cycles", (Series(_FAILED, Rising(1)),), ""),
        silent=Case("no failing cycle", (Series(_FAILED, Rising(0)),)),
    ),
    Alert(
        name="AutopilotPaused",
        expr=lambda timing: f"min({over('min_over_time', _OPERATORS, timing, 5 * MINUTE)}) > 0",
        severity=Severity.INFO,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=HOUR,
        keep_firing_seconds=0,
        summary="The autopilot is paused",
        description="An operator has paused the autopilot; it proposes nothing until it is resumed.",
        action='When the reason is gone: `vvtvctl autopilot resume --reason "..."`.',
        fires=Case("a paused autopilot", (Series(_PAUSED, 1.0),), ""),
        silent=Case("a working autopilot", (Series(_PAUSED, 0.0),)),
        also=(
            Case("NaN only", (Series(_PAUSED, math.nan),)),
            Case("a NaN among ones", (Series(_PAUSED, Cycle((1.0, math.nan, 1.0))),), ""),
        ),
    ),
    Alert(
        name="ParameterAtHardBound",
        expr=_at_bound,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=10 * MINUTE,
        keep_firing_seconds=0,
        summary="A parameter stands at its hard bound",
        description="{{ $labels.parameter }} is {{ $value | humanize }}, its {{ $labels.side }} bound.",
        action="Decide whether the bound is right; the optimum may lie beyond it, or the autopilot has drifted.",
        fires=_temperature("a value at the high bound", 2.0, "2", "high"),
        silent=_temperature("a value between the bounds", 0.6),
        also=(_temperature("a value at the low bound", 0.1, "100m", "low"), _temperature("NaN only", math.nan)),
    ),
    Alert(
        name="AutopilotStalled",
        expr=_stalled,
        severity=Severity.CRITICAL,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=STALL + 5 * MINUTE,
        for_seconds=STALL_FOR,
        keep_firing_seconds=0,
        summary="The controller answers scrapes but takes no step",
        description="Its last step is {{ $value | humanizeDuration }} old.",
        action="Read its log, then restart it: it goes on at the step where it stopped.",
        fires=Case("no step since the start of time", (Series(LAST_LOOK.name, 0.0),), AGE),
        silent=Case("steps all the time", (Series(LAST_LOOK.name, CLOCK),)),
        also=(Case("NaN only", (Series(LAST_LOOK.name, math.nan),)),),
    ),
    Alert(
        name="AutopilotPrometheusErrors",
        expr=lambda timing: f"sum by ({names.REASON}) ({rate('rate', PROMQL_ERRORS, timing, IDLE_ERRORS)}) > 0",
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=IDLE_ERRORS,
        for_seconds=10 * MINUTE,
        keep_firing_seconds=5 * MINUTE,
        summary="The controller's queries to Prometheus fail",
        description="{{ $value | humanize }} queries per second fail ({{ $labels.reason }}).",
        action="Check Prometheus' health and load, then the controller's Prometheus settings; it holds while blind.",
        fires=Case("failing queries", (Series(_ERRORS, Rising(60)),), "1", ((names.REASON, "timeout"),)),
        silent=Case("no failing query", (Series(_ERRORS, Rising(0)),)),
    ),
)
