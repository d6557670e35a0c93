"""Curator: its budget for interventions."""

from __future__ import annotations

import math

from alertmanager.condition import out_of_band
from alertmanager.rule import Alert, Case, Cycle, Record, Series, Severity, Team
from exporter import names
from exporter.catalog.curator import BUDGET_KPI, CURATOR_BUDGET_USED
from exporter.seconds import MINUTE

_BUDGET = f'{CURATOR_BUDGET_USED.name}{{instance="reference"}}'
_LABELS = (("instance", "reference"),)

RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="CuratorBudgetExhausted",
        expr=lambda timing: out_of_band(BUDGET_KPI, timing, 2 * MINUTE, ("instance",)),
        severity=Severity.CRITICAL,
        team=Team.CONTENT,
        service=names.JOB_SERVICE,
        component="curator",
        window=2 * MINUTE,
        for_seconds=5 * MINUTE,
        keep_firing_seconds=2 * MINUTE,
        summary="The curator has spent its budget and soon cannot intervene",
        description="{{ $value | humanizePercentage }} of the budget of {{ $labels.instance }} is spent.",
        action="Find what makes the curator intervene so often (reviews by outcome); raise the budget only after that.",
        fires=Case("95 % spent", (Series(_BUDGET, 0.95),), "95%", _LABELS),
        silent=Case("half spent", (Series(_BUDGET, 0.5),)),
        also=(
            Case("NaN only", (Series(_BUDGET, math.nan),)),
            Case("a NaN among high samples", (Series(_BUDGET, Cycle((0.95, math.nan))),), "95%", _LABELS),
        ),
    ),
)
