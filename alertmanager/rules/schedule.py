"""What the controller does by itself: scheduled jobs, and reading its configuration again."""

from __future__ import annotations

import math

from alertmanager.condition import over
from alertmanager.rule import Alert, Case, Cycle, Record, Series, Severity, Team
from exporter import names
from exporter.catalog.controller import RELOAD_SUCCESS, SCHEDULE_NEXT, SCHEDULE_SUCCESS
from exporter.metric import Selector
from exporter.seconds import MINUTE
from exporter.timing import Timing

_TRIAGE = f'{SCHEDULE_SUCCESS.name}{{{names.SCHEDULE}="triage"}}'
_PLANNED = Series(f'{SCHEDULE_NEXT.name}{{{names.SCHEDULE}="triage"}}', 1e9)
_NEVER = Series(_PLANNED.name, math.nan)
_RELOAD = RELOAD_SUCCESS.name


def _failed(timing: Timing) -> str:
    """Return the condition; a job that is turned off (`never`) has no next moment, and nobody waits for it."""
    success = over("max_over_time", Selector(SCHEDULE_SUCCESS.name), timing, 5 * MINUTE)
    planned = over("max_over_time", Selector(SCHEDULE_NEXT.name), timing, 5 * MINUTE)
    by = f"max by ({names.SCHEDULE})"
    return f"{by} ({success}) < 1 and on ({names.SCHEDULE}) {by} ({planned} > 0)"


RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="JobFailed",
        expr=_failed,
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=0,
        keep_firing_seconds=0,
        summary="A scheduled job failed or was missed",
        description="The last run of {{ $labels.schedule }} failed, or its moment passed with no controller there.",
        action="Read why in `vvtvctl autopilot schedule`; mend it, then run it: "
        '`vvtvctl autopilot schedule run {{ $labels.schedule }} --reason "..."`.',
        fires=Case("a failed job", (Series(_TRIAGE, 0.0), _PLANNED), "0", ((names.SCHEDULE, "triage"),)),
        silent=Case("a job that went well", (Series(_TRIAGE, 1.0), _PLANNED)),
        also=(
            Case("a job that has never run", (Series(_TRIAGE, math.nan), _PLANNED)),
            Case("a job that failed and was turned off", (Series(_TRIAGE, 0.0), _NEVER)),
            Case("NaN among ones", (Series(_TRIAGE, Cycle((1.0, math.nan, 1.0))), _PLANNED)),
        ),
    ),
    Alert(
        name="ConfigReloadFailed",
        expr=lambda timing: f"max({over('max_over_time', Selector(_RELOAD), timing, 5 * MINUTE)}) < 1",
        severity=Severity.WARNING,
        team=Team.AUTOPILOT,
        service=names.JOB_CONTROLLER,
        component="controller",
        window=5 * MINUTE,
        for_seconds=0,
        keep_firing_seconds=0,
        summary="The controller refused its configuration and works with an older one",
        description="The file that it was told to read is wrong, or asks for what cannot change while it runs.",
        action="Read the refusal in `/readyz` or in its log, correct the file, and send SIGHUP again.",
        fires=Case("a refused reload", (Series(_RELOAD, 0.0),), "0"),
        silent=Case("the file in force", (Series(_RELOAD, 1.0),)),
        also=(Case("NaN only", (Series(_RELOAD, math.nan),)),),
    ),
)
