"""Planner: diversity and novelty of what is selected, and whether it runs on the parameters it was given."""

from __future__ import annotations

import math

from alertmanager.condition import finite, out_of_band, rate, window
from alertmanager.rule import Alert, Case, Cycle, Record, Rising, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import PARAMETER_TARGET
from exporter.catalog.planner import (
    CANARY_EXPIRED,
    ENTROPY_KPI,
    NOVELTY_KLD,
    NOVELTY_KPI,
    PARAMETER_FILE_ERRORS,
    PARAMETER_VALUE,
    SELECTION_ENTROPY,
)
from exporter.metric import Selector
from exporter.promql import select
from exporter.seconds import MINUTE
from exporter.timing import Timing

_ENTROPY = f'{SELECTION_ENTROPY.name}{{variant="control"}}'
_NOVELTY = f'{NOVELTY_KLD.name}{{variant="control"}}'
_ERRORS = f'{PARAMETER_FILE_ERRORS.name}{{reason="invalid"}}'
_APPLIED = f'{PARAMETER_VALUE.name}{{parameter="temperature",variant="control"}}'
_SET = f'{PARAMETER_TARGET.name}{{parameter="temperature"}}'
_CONTROL = ((names.VARIANT, names.CONTROL),)


def _not_applied(timing: Timing) -> str:
    applied = select(Selector(PARAMETER_VALUE.name, _CONTROL))
    span = window(timing, 2 * MINUTE)
    return (
        f"max by ({names.PARAMETER}) (max_over_time({applied}[{span}]))"
        f" < on ({names.PARAMETER}) min by ({names.PARAMETER}) (min_over_time({PARAMETER_TARGET.name}[{span}]))"
        f" or min by ({names.PARAMETER}) (min_over_time({applied}[{span}]))"
        f" > on ({names.PARAMETER}) max by ({names.PARAMETER}) (max_over_time({PARAMETER_TARGET.name}[{span}]))"
    )


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="DiversityLoss",
        expr=lambda timing: out_of_band(ENTROPY_KPI, timing, 2 * MINUTE, (names.VARIANT,)),
        severity=Severity.CRITICAL,
        team=Team.CONTENT,
        service=names.JOB_SERVICE,
        component="planner",
        window=2 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=2 * MINUTE,
        summary="The planner selects from too few categories",
        description="Entropy of arm {{ $labels.variant }} is {{ $value | humanizePercentage }} of its maximum.",
        action="Compare the arms; if only the canary is low it is rolled back by itself; else roll back by hand.",
        fires=Case("entropy of 0.2", (Series(_ENTROPY, 0.2),), "20%", _CONTROL),
        silent=Case("entropy of 0.7", (Series(_ENTROPY, 0.7),)),
        also=(
            Case("NaN only", (Series(_ENTROPY, math.nan),)),
            Case("a NaN among low samples", (Series(_ENTROPY, Cycle((0.2, math.nan, 0.2))),), "20%", _CONTROL),
        ),
    ),
    Alert(
        name="NoveltyDrift",
        expr=lambda timing: out_of_band(NOVELTY_KPI, timing, 5 * MINUTE, (names.VARIANT,)),
        severity=Severity.WARNING,
        team=Team.CONTENT,
        service=names.JOB_SERVICE,
        component="planner",
        window=5 * MINUTE,
        for_seconds=10 * MINUTE,
        keep_firing_seconds=5 * MINUTE,
        summary="What the planner selects changes too fast",
        description="Divergence of arm {{ $labels.variant }} is {{ $value | humanize }} nats, outside its band.",
        action="Look at the parameters per arm and at recent promotions; a change of the library shows here as well.",
        fires=Case("a divergence of 1.5", (Series(_NOVELTY, 1.5),), "1.5", _CONTROL),
        silent=Case("a divergence of 0.2", (Series(_NOVELTY, 0.2),)),
        also=(
            Case("NaN only", (Series(_NOVELTY, math.nan),)),
            Case("a NaN among high samples", (Series(_NOVELTY, Cycle((1.5, 1.5, math.nan))),), "1.5", _CONTROL),
        ),
    ),
    Alert(
        name="ParameterFileErrors",
        expr=lambda timing: (
            f"sum by ({names.REASON}) ({rate('increase', PARAMETER_FILE_ERRORS, timing, 10 * MINUTE)}) > 0"
        ),
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_SERVICE,
        component="planner",
        window=10 * MINUTE,
        for_seconds=0,
        keep_firing_seconds=0,
        summary="The service cannot read its live parameter file",
        description="A reload failed ({{ $labels.reason }}); the last good values stay in force.",
        action="Look at the service's log for the reason; a controller that runs writes a damaged file anew at once.",
        fires=Case("new errors", (Series(_ERRORS, Rising(1)),), "", ((names.REASON, "invalid"),)),
        silent=Case("no new error", (Series(_ERRORS, Rising(0)),)),
    ),
    Alert(
        name="ParameterFileStale",
        expr=_not_applied,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_SERVICE,
        component="planner",
        window=2 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=0,
        summary="The service does not apply the parameters that the controller has set",
        description="The control arm runs with {{ $labels.parameter }} = {{ $value }}, which is not what was set.",
        action="Check that service and controller name the same live file, and look for ParameterFileErrors.",
        fires=Case(
            "a value that was not taken over",
            (Series(_APPLIED, 0.6), Series(_SET, 0.8)),
            "0.6",
            ((names.PARAMETER, "temperature"),),
        ),
        silent=Case("equal values", (Series(_APPLIED, 0.8), Series(_SET, 0.8))),
        also=(Case("NaN only", (Series(_APPLIED, 0.8), Series(_SET, math.nan))),),
    ),
    Alert(
        name="CanaryExpired",
        expr=lambda timing: f"max({finite('avg_over_time', Selector(CANARY_EXPIRED.name), timing, 2 * MINUTE)}) > 0.5",
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="planner",
        window=2 * MINUTE,
        for_seconds=10 * MINUTE,
        keep_firing_seconds=0,
        summary="A canary has outlived its permission and nobody ended it",
        description="The canary arm fell back to control values {{ $value | humanizePercentage }} of the time.",
        action="The controller is gone or stuck: look at its log and restart it; traffic is safe meanwhile.",
        fires=Case("an expired canary", (Series(CANARY_EXPIRED.name, 1.0),), "100%"),
        silent=Case("no expired canary", (Series(CANARY_EXPIRED.name, 0.0),)),
        also=(
            Case("NaN only", (Series(CANARY_EXPIRED.name, math.nan),)),
            Case("a NaN among ones", (Series(CANARY_EXPIRED.name, Cycle((1.0, math.nan, 1.0))),), "100%"),
        ),
    ),
)
