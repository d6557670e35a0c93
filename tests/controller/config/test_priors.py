"""Priors: in numbers or in words, for the primary KPI and for guardrails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy.stats import norm

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.errors import ConfigError
from tests.controller.config.test_choices import MODE
from tests.controller.world import SETTINGS, settings


def _config(prior: dict[str, Any], **sections: dict[str, Any]) -> Config:
    price = {**SETTINGS["parameters"]["price"], "prior": prior}
    found = settings(parameters={"price": price, "mode": MODE}, **sections)
    return parse_config(yaml.safe_dump(found, sort_keys=False), Path("shop.yaml"))


@pytest.mark.parametrize(
    ("prior", "mean", "sd"),
    [
        ({"effect": 0.02, "sd": 0.04}, 0.02, 0.04),
        ({"sd": 0.04}, 0.0, 0.04),
        ({"effect": -1, "sd": 2}, -1.0, 2.0),
        ({"sign": "up", "size": 0.1}, 0.08, 0.06),
        ({"sign": "down", "size": 0.1}, -0.08, 0.06),
        ({"sign": "unknown", "size": 0.1}, 0.0, 0.1),
    ],
)
def test_numbers_and_words_make_a_belief(prior: dict[str, Any], mean: float, sd: float) -> None:
    for found in (
        _config(prior).prior("price", "conversion"),
        _config({"sd": 1, "kpis": {"latency": prior}}).prior("price", "latency"),
    ):
        assert found == pytest.approx((mean, sd))


def test_a_sign_may_be_wrong_with_nine_percent() -> None:
    mean, sd = _config({"sign": "up", "size": 3.0}).prior("price", "conversion")
    assert norm.cdf(0, mean, sd) == pytest.approx(0.09, abs=0.002)


def test_what_nobody_said_of_a_guardrail_is_unknown_at_half_its_margin() -> None:
    config = _config({"sd": 1})
    assert config.prior("price", "latency") == (0.0, 2.5)
    assert config.prior("price", "latency", margin=0.4) == (0.0, 0.2)
    assert config.prior("mode", "latency") == (0.0, 2.5)
    tight = _config({"sd": 1}, kpis={"guardrails": [{"kpi": "latency", "margin": 1}]})
    assert tight.prior("price", "latency") == (0.0, 0.5)


def test_a_choice_says_the_size_of_any_switch() -> None:
    assert _config({"sd": 1}).prior("mode", "conversion") == (0.0, 0.01)


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ({}, "give sd"),
        ({"effect": 0.1}, "give sd"),
        ({"sign": "up"}, "or size"),
        ({"size": 1}, "prior: size needs a sign: up, down or unknown"),
        ({"sign": "up", "size": 1, "sd": 1}, "sd and sign are two ways to say the same"),
        ({"effect": 1, "sd": 1, "size": 1}, "effect and size are two ways to say the same"),
        ({"sign": "sideways", "size": 1}, "prior.sign: Input should be 'up', 'down' or 'unknown'"),
        ({"sign": "up", "size": 0}, "prior.size: Input should be greater than 0"),
        ({"sign": "up", "size": float("nan")}, "prior.size: Input should be"),
        ({"sd": -1}, "prior.sd: Input should be greater than 0"),
        ({"sd": 1, "kpis": {"conversion": {"sd": 1}}}, "prior.kpis.conversion: it is the primary KPI"),
        ({"sd": 1, "kpis": {"latncy": {"sd": 1}}}, "prior.kpis.latncy: it is no guardrail; did you mean 'latency'"),
        ({"sd": 1, "kpis": {"latency": {"size": 1}}}, "prior.kpis.latency: size needs a sign"),
        ({"sd": 1, "kpis": {"latency": {"sz": 1}}}, "unknown key 'parameters.price.prior.kpis.latency.sz'; did you"),
    ],
)
def test_a_prior_that_says_nothing_or_two_things_is_refused(prior: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=rf"^shop.yaml:\d+: .*{said}"):
        _config(prior)


def test_only_judged_kpis_and_known_parameters_have_a_prior() -> None:
    config = _config({"sd": 1})
    for parameter, kpi in (("price", "nothing"), ("prise", "conversion")):
        with pytest.raises(KeyError):
            config.prior(parameter, kpi)
