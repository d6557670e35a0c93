"""Guardrails: from other metrics than the primary KPI, and seen."""

from __future__ import annotations

import math
from dataclasses import replace

from controller.setup.guardrails import MOST, guardrails
from controller.setup.ranking import Ranked
from tests.controller.setup.found import candidate


def test_guardrails_are_read_from_other_metrics_than_the_primary_and_are_seen() -> None:
    primary = candidate()
    same, blind, other = (
        candidate("same"),
        candidate("blind", "blind_total", detects=math.nan),
        candidate("x", "x_total"),
    )
    assert guardrails(primary, (primary, same, blind, other)) == (other,)


def _gauge(name: str, *, sure: bool = False, detects: float = 0.01) -> Ranked:
    found = candidate(name, detects=detects)
    return replace(found, one=replace(found.one, reading={"gauge": {"metric": name}}, sure=sure))


def test_the_best_few_are_chosen() -> None:
    found = [_gauge(f"gauge_{number}") for number in range(MOST + 2)]
    assert guardrails(candidate(), found) == tuple(found[:MOST])


def test_one_of_unknown_noise_is_chosen_when_its_direction_is_known() -> None:
    sure, unsure = _gauge("errors", sure=True, detects=math.nan), _gauge("depth", detects=math.nan)
    assert guardrails(candidate(), (unsure, sure)) == (sure,)
