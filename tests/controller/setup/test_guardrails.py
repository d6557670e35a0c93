"""Guardrails: from other metrics than the primary KPI, and seen."""

from __future__ import annotations

import math

from controller.setup.guardrails import guardrails
from tests.controller.setup.found import candidate


def test_guardrails_are_read_from_other_metrics_than_the_primary_and_are_seen() -> None:
    primary = candidate()
    same, blind, other = (
        candidate("same"),
        candidate("blind", "blind_total", detects=math.nan),
        candidate("x", "x_total"),
    )
    assert guardrails(primary, (primary, same, blind, other)) == (other,)
