"""`kind: choice` in autopilot.yaml: read, with every contradiction refused by file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.errors import ConfigError
from tests.controller.world import settings

MODE: dict[str, Any] = {"kind": "choice", "choices": ["calm", "bold"], "default": "calm", "prior": {"size": 0.01}}


def _config(**changes: Any) -> Config:
    found = settings(parameters={"mode": {**MODE, **changes}})
    return parse_config(yaml.safe_dump(found, sort_keys=False), Path("shop.yaml"))


def test_a_choice_stands_beside_numbers() -> None:
    config = _config()
    assert config.specs.names == ("price", "batch", "mode")
    spec = config.specs.get("mode")
    assert (spec.kind, spec.choices, spec.default, spec.low, spec.high) == ("choice", ("calm", "bold"), "calm", 0, 1)
    assert config.specs.defaults() == {"price": 1.0, "batch": 5, "mode": "calm"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"low": 0}, "parameters.mode: low does not go with kind choice"),
        ({"high": 1}, "parameters.mode: high does not go with kind choice"),
        ({"step": 1}, "parameters.mode: step does not go with kind choice"),
        ({"max_step": 1}, "parameters.mode.max_step: does not go with kind choice"),
        ({"choices": ["calm"], "default": "calm"}, r"choices \['calm'\]: at least 2 are needed"),
        ({"choices": ["calm", "calm"]}, "choice 'calm' stands twice"),
        ({"choices": ["calm", True]}, "parameters.mode.choices.1: true is not a text for YAML: put it in quotes"),
        ({"choices": [1, 2]}, "parameters.mode.choices.0: 1 is not a text"),
        ({"choices": "calm"}, "needs choices, a list of at least 2 texts"),
        ({"default": "could"}, "'could' is none of calm, bold"),
        ({"default": False}, "parameters.mode.default: false is not a text for YAML"),
        ({"default": 0}, "parameters.mode.default: 0 is not a text"),
        ({"prior": {"sign": "up", "size": 1}}, "prior: a choice has no upwards"),
        ({"prior": {"effect": 0.1, "sd": 1}}, "prior: a choice has no upwards"),
        (
            {"prior": {"sd": 1, "kpis": {"latency": {"sign": "up", "size": 1}}}},
            "prior.kpis.latency: a choice has no upwards",
        ),
    ],
)
def test_what_contradicts_a_choice_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=rf"^shop.yaml:\d+: .*{said}"):
        _config(**changes)


def test_a_choice_without_choices_and_choices_without_the_kind_are_refused() -> None:
    with pytest.raises(ConfigError, match="kind choice needs choices"):
        _config(choices=None)
    number = {"low": 0, "high": 1, "default": 0.5, "step": 0.1, "prior": {"sd": 1}, "kind": "float"}
    with pytest.raises(ConfigError, match="choices belong to kind choice, this is kind float"):
        _config(**number)


def test_a_number_does_not_take_a_text() -> None:
    number = {"low": 0, "high": 1, "default": "half", "step": 0.1, "prior": {"sd": 1}}
    found = settings(parameters={"mode": number})
    with pytest.raises(ConfigError, match=r"parameters\.mode\.default: 'half' is not a finite number"):
        parse_config(yaml.safe_dump(found), Path("shop.yaml"))
