"""query and display: catalog constants -> queries, thresholds and mappings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exporter import names
from exporter.catalog.curator import BUDGET_KPI
from exporter.catalog.llm import LLM_BREAKER_STATE, LLM_DURATION
from exporter.catalog.planner import ENTROPY_KPI, NOVELTY_KPI
from exporter.catalog.plays import PLAYS
from exporter.metric import Unit
from grafana.display import PLAIN, UNITS, Step, band_steps, mappings, states
from grafana.query import alert_states, increase, kpi_level, quantile, rate, state_code


def test_queries_use_the_dashboards_variables() -> None:
    assert rate(PLAYS, "completed") == (
        'sum by (completed) (rate(vvtv_plays_total{variant=~"$variant"}[$__rate_interval]))'
    )
    assert increase(PLAYS, completed="true") == (
        'sum (increase(vvtv_plays_total{completed="true",variant=~"$variant"}[$__range]))'
    )
    assert quantile(LLM_DURATION, 0.99) == (
        "histogram_quantile(0.99, sum by (le) "
        '(rate(vvtv_llm_request_duration_seconds_bucket{variant=~"$variant"}[$__rate_interval])))'
    )


def test_a_kpi_without_arms_is_not_narrowed() -> None:
    assert kpi_level(BUDGET_KPI) == "avg (avg_over_time(vvtv_curator_apply_budget_used_ratio[$__rate_interval]))"
    assert 'variant=~"$variant"' in kpi_level(ENTROPY_KPI, names.VARIANT)


def test_states_are_numbered_as_they_are_coloured() -> None:
    code = state_code(LLM_BREAKER_STATE, "instance")
    values = LLM_BREAKER_STATE.values[names.STATE]
    found = states(values, dict.fromkeys(values, "red"))
    for state in found:
        assert f'{{state="{state.text}"}} == 1) * {state.value}' in code
    assert list(mappings(found)[0]["options"]) == ["0", "1", "2"]
    with pytest.raises(KeyError):
        states(("new",), {})


def test_alerts_of_several_services_never_leave_the_panel_empty() -> None:
    expr = alert_states("vvtv", "autopilot")
    assert 'service=~"vvtv|autopilot"' in expr
    assert "vector(0)" in expr


def test_thresholds_follow_the_direction() -> None:
    assert band_steps(ENTROPY_KPI) == (Step(None, "red"), Step(0.3, "green"))
    assert band_steps(BUDGET_KPI) == (Step(None, "green"), Step(0.9, "red"))
    assert band_steps(NOVELTY_KPI) == (Step(None, "green"), Step(0.8, "red"))
    both = (Step(None, "red"), Step(0.1, "green"), Step(0.8, "red"))
    assert band_steps(replace(NOVELTY_KPI, band=(0.1, 0.8))) == both
    assert band_steps(replace(ENTROPY_KPI, band=None)) == PLAIN


def test_every_unit_has_a_display_unit() -> None:
    assert set(UNITS) == set(Unit)
