"""Limits and utility in autopilot.yaml: what they become, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.config.kpis import GuardrailSection, KpiSection
from controller.decide.utility import Term
from controller.errors import ConfigError
from tests.controller.world import SETTINGS, settings

HEAT = {"name": "heat", "direction": "band", "margin": 0.5, "gauge": {"metric": "shop_heat"}}
NOISE = {"name": "noise", "direction": "lower", "margin": 0.1, "margin_unit": "relative", "gauge": {"metric": "n"}}
RAILS = ["latency", "heat", "noise"]


def _config(**kpis: Any) -> Config:
    found: dict[str, Any] = settings(kpis={"guardrails": RAILS, **kpis})
    found["metrics"] = [*SETTINGS["metrics"], HEAT, NOISE]
    return parse_config(yaml.safe_dump(found, sort_keys=False), Path("shop.yaml"))


def test_a_limit_reaches_the_judged_kpi_and_none_is_none() -> None:
    config = _config(guardrails=[{"kpi": "latency", "limit": 250}, "noise"])
    assert [(judged.limit, judged.tolerated) for judged in config.judged] == [(None, 0.0), (250.0, 0.0), (None, 0.0)]


@pytest.mark.parametrize(
    ("rail", "said"),
    [
        ({"kpi": "heat", "limit": 1}, "kpis.guardrails.0.limit: heat is to stay in a band"),
        ({"kpi": "latency", "limit": "low"}, "kpis.guardrails.0.limit: Input should be"),
        ({"kpi": "latency", "limit": float("inf")}, "kpis.guardrails.0.limit: Input should be"),
        ({"kpi": "latency", "limit": True}, "kpis.guardrails.0.limit: true is not a number"),
    ],
)
def test_a_limit_that_is_none_is_refused(rail: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=rf"^shop.yaml:\d+: .*{said}"):
        _config(guardrails=[rail])


def test_the_primary_kpi_alone_counts_unless_others_are_named() -> None:
    assert _config().terms == (Term("conversion", 1.0, 0.02, 1.0),)
    assert _config(utility={"latency": 0.5}).terms == (
        Term("conversion", 1.0, 0.02, 1.0),
        Term("latency", 0.5, 5.0, -1.0),
    )


def test_weight_scale_and_band_can_be_given_for_each() -> None:
    utility = {
        "heat": {"weight": 2, "band": [18, 22]},
        "noise": {"weight": 1, "scale": 3},
        "conversion": {"weight": 4, "scale": 0.1},
    }
    assert _config(utility=utility).terms == (
        Term("conversion", 4.0, 0.1, 1.0),
        Term("heat", 2.0, 0.5, 0.0, (18.0, 22.0)),
        Term("noise", 1.0, 3.0, -1.0),
    )


@pytest.mark.parametrize(
    ("utility", "said"),
    [
        ({"latncy": 1}, "kpis.utility.latncy: it is neither the primary KPI nor a guardrail; did you mean 'latency'"),
        ({"play_completion": 1}, "kpis.utility.play_completion: it is neither"),
        ({"latency": 0}, "kpis.utility.latency.weight: Input should be greater than 0"),
        ({"latency": True}, "kpis.utility.latency.weight: true is not a number"),
        ({"latency": {"scale": 1}}, "key 'kpis.utility.latency.weight' is missing"),
        ({"latency": {"weight": 1, "scale": -1}}, "scale: Input should be greater than 0"),
        ({"latency": {"weight": 1, "band": [3, 3]}}, r"band \[3, 3\] must ascend"),
        ({"latency": {"weight": 1, "bnd": [1, 3]}}, "unknown key 'kpis.utility.latency.bnd'; did you mean 'band'"),
        ({"heat": 1}, "kpis.utility: heat: it is to stay in a band that nobody named"),
        ({"noise": 1}, "kpis.utility: noise: its margin is relative, no amount to count by: give scale"),
    ],
)
def test_a_utility_that_cannot_be_counted_is_refused(utility: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=rf"^shop.yaml:\d+: .*{said}"):
        _config(utility=utility)


def test_the_sections_are_where_they_always_were() -> None:
    assert KpiSection.model_validate({"primary": "x", "guardrails": ["y"]}).guardrails == (GuardrailSection(kpi="y"),)
