"""LLM: the circuit breaker before it.

The breaker probes the LLM from time to time and is half open while it does, so "open without a break" would never be
seen. The alert takes the share of time that it was open: probes do not reset it, and it ends soon after a recovery.
"""

from __future__ import annotations

import math

from alertmanager.condition import finite
from alertmanager.rule import Alert, Case, Cycle, Record, Series, Severity, Team
from exporter import names
from exporter.catalog.llm import LLM_BREAKER_STATE
from exporter.metric import Selector
from exporter.seconds import MINUTE

_WINDOW = 5 * MINUTE
_OPEN = Selector(LLM_BREAKER_STATE.name, ((names.STATE, "open"),))
_SERIES = f'{LLM_BREAKER_STATE.name}{{instance="reference",state="open"}}'
_LABELS = (("instance", "reference"),)
OPEN_SHARE = 0.5
"""Share of the window that the breaker must be open."""

RECORDS: tuple[Record, ...] = ()
ALERTS = (
    Alert(
        name="LlmDegraded",
        expr=lambda timing: f"max by (instance) ({finite('avg_over_time', _OPEN, timing, _WINDOW)}) > {OPEN_SHARE:g}",
        severity=Severity.CRITICAL,
        team=Team.PLATFORM,
        service=names.JOB_SERVICE,
        component="llm",
        window=_WINDOW,
        for_seconds=1 * MINUTE,
        keep_firing_seconds=1 * MINUTE,
        summary="The LLM is down or slow; the breaker keeps calls away from it",
        description="{{ $labels.instance }}: the breaker was open {{ $value | humanizePercentage }} of the time.",
        action="Check the LLM provider's status and the outcomes of calls; the curator goes on without it meanwhile.",
        fires=Case("an open breaker", (Series(_SERIES, 1.0),), "100%", _LABELS),
        silent=Case("a closed breaker", (Series(_SERIES, 0.0),)),
        also=(
            Case("a breaker that opens for a moment", (Series(_SERIES, Cycle((1.0, 0.0, 0.0, 0.0, 0.0))),)),
            Case("NaN only", (Series(_SERIES, math.nan),)),
            Case("a NaN among ones", (Series(_SERIES, Cycle((1.0, math.nan, 1.0))),), "100%", _LABELS),
        ),
    ),
)
