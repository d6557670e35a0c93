"""Bounds: does the service stay within the hard ones, and have the sliding ones any room left?"""

from __future__ import annotations

import math

from alertmanager.condition import over, window
from alertmanager.rule import Alert, Case, Cycle, Record, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import BOUNDS_EXHAUSTED, PARAMETER_BOUND
from exporter.catalog.planner import PARAMETER_VALUE
from exporter.metric import Selector
from exporter.seconds import HOUR, MINUTE
from exporter.timing import Timing

_VALUE = f'{PARAMETER_VALUE.name}{{parameter="temperature",variant="canary"}}'
_LOW = f'{PARAMETER_BOUND.name}{{parameter="temperature",side="low"}}'
_HIGH = f'{PARAMETER_BOUND.name}{{parameter="temperature",side="high"}}'
_EXHAUSTED = f'{BOUNDS_EXHAUSTED.name}{{parameter="temperature"}}'
_TEMPERATURE = ((names.PARAMETER, "temperature"),)


def _outside(timing: Timing) -> str:
    span = window(timing, 2 * MINUTE)
    sides = []
    for side, sign, value, bound in (("high", ">", "min", "max"), ("low", "<", "max", "min")):
        limit = f'{PARAMETER_BOUND.name}{{{names.SIDE}="{side}"}}'
        applied = f"{value} by ({names.PARAMETER}, {names.VARIANT}) ({value}_over_time({PARAMETER_VALUE.name}[{span}]))"
        sides.append(
            f'label_replace({applied}, "{names.SIDE}", "{side}", "", "")'
            f" {sign} on ({names.PARAMETER}, {names.SIDE}) group_left ()"
            f" {bound} by ({names.PARAMETER}, {names.SIDE}) ({bound}_over_time({limit}[{span}]))"
        )
    return " or ".join(sides)


def _exhausted(timing: Timing) -> str:
    least = over("min_over_time", Selector(BOUNDS_EXHAUSTED.name), timing, 5 * MINUTE)
    return f"min by ({names.PARAMETER}) ({least}) > 0"


def _applied(title: str, value: float, shown: str | None = None, side: str = "") -> Case:
    labels = ((names.PARAMETER, "temperature"), (names.SIDE, side), (names.VARIANT, "canary")) if side else ()
    return Case(title, (Series(_VALUE, value), Series(_LOW, 0.1), Series(_HIGH, 2.0)), shown, labels)


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="ParameterOutOfBounds",
        expr=_outside,
        severity=Severity.CRITICAL,
        team=Team.AUTOPILOT,
        service=names.JOB_SERVICE,
        component="planner",
        window=2 * MINUTE,
        for_seconds=MINUTE,
        keep_firing_seconds=0,
        summary="The service applies a value outside a hard bound",
        description="{{ $labels.parameter }} of arm {{ $labels.variant }} is {{ $value | humanize }}, beyond its "
        "{{ $labels.side }} bound.",
        action="`vvtvctl autopilot verify`: is the live file right? Then the service has other bounds or another file.",
        fires=_applied("a value above the high bound", 2.5, "2.5", "high"),
        silent=_applied("a value at the high bound", 2.0),
        also=(
            _applied("a value below the low bound", 0.05, "50m", "low"),
            _applied("a value at the low bound", 0.1),
            _applied("NaN only", math.nan),
            Case("no bounds of that parameter", (Series(_VALUE, 9.0),)),
        ),
    ),
    Alert(
        name="BoundsExhausted",
        expr=_exhausted,
        severity=Severity.INFO,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=HOUR,
        keep_firing_seconds=0,
        summary="Rollbacks have narrowed a parameter's sliding bounds down to their floor",
        description="The autopilot may hardly move {{ $labels.parameter }}: too many of its canaries did harm.",
        action="`vvtvctl autopilot bounds history {{ $labels.parameter }}` tells after which rollbacks they shrank.",
        fires=Case("bounds at their floor", (Series(_EXHAUSTED, 1.0),), "", _TEMPERATURE),
        silent=Case("bounds with room", (Series(_EXHAUSTED, 0.0),)),
        also=(
            Case("NaN only", (Series(_EXHAUSTED, math.nan),)),
            Case("a NaN among ones", (Series(_EXHAUSTED, Cycle((1.0, math.nan, 1.0))),), "", _TEMPERATURE),
        ),
    ),
)
