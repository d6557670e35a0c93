"""Sliding bounds in autopilot.yaml: defaults, and contradictions with their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.config.bounds import resolved
from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.policy import BoundsPolicy
from controller.errors import ConfigError
from tests.controller.world import SETTINGS, configuration

PRICE = SETTINGS["parameters"]["price"]


def with_price(**changes: Any) -> Any:
    return configuration(parameters={"price": {**PRICE, **changes}})


def test_without_settings_the_defaults_of_the_decision_hold() -> None:
    assert configuration().bounds.policy == BoundsPolicy()
    assert configuration(bounds={"rollbacks": 5, "stable": "3d"}).bounds.policy == BoundsPolicy(
        rollbacks=5, stable=259200
    )
    found = resolved(configuration().parameters["price"], 0.1)
    assert found.hard == found.initial == Bounds(0.5, 1.5)
    assert (found.floor, found.max_step, found.daily_limit) == (0.2, 0.1, None)
    batch = resolved(configuration().parameters["batch"], 0.1)
    assert (batch.floor, batch.max_step) == (4, 2)


def test_what_is_given_wins_over_the_defaults() -> None:
    section = with_price(bounds={"low": 0.8, "high": 1.1, "floor": 0.05}, max_step=0.3, daily_limit=0.2).parameters[
        "price"
    ]
    found = resolved(section, 0.1)
    assert found.initial == Bounds(0.8, 1.1)
    assert (found.floor, found.max_step, found.daily_limit) == (0.05, 0.3, 0.2)
    assert resolved(with_price(bounds={"low": 0.95, "high": 1.05}).parameters["price"], 0.1).floor == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"bounds": {"low": 0.4}}, "parameters.price.bounds.low", "0.4 is outside the hard bounds [0.5, 1.5]"),
        ({"bounds": {"high": 1.6}}, "parameters.price.bounds.high", "1.6 is outside the hard bounds"),
        ({"bounds": {"low": 1.2, "high": 1.1}}, "parameters.price.bounds", "low 1.2 must be below high 1.1"),
        ({"bounds": {"low": 1.1}}, "parameters.price.bounds", "[1.1, 1.5] does not hold the default, 1"),
        (
            {"bounds": {"floor": 2}},
            "parameters.price.bounds.floor",
            "2 is wider than the bounds to begin with, [0.5, 1.5]",
        ),
        ({"max_step": 0.05}, "parameters.price.max_step", "0.05 is less than step 0.1: the parameter could never be"),
        ({"daily_limit": 0.05}, "parameters.price.daily_limit", "0.05 is less than step 0.1"),
        ({"low": -1.7e308, "high": 1.7e308}, "parameters.price.high", "is wider than a number can be"),
        ({"bounds": {"floor": 0}}, "parameters.price.bounds.floor", "greater than 0"),
        ({"bounds": {"low": float("nan")}}, "parameters.price.bounds.low", "finite"),
        ({"bounds": {"flor": 1}}, "parameters.price.bounds.flor", "did you mean 'floor'?"),
    ],
)
def test_a_contradiction_is_refused_with_its_place(changes: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        with_price(**changes)
    assert place in str(error.value)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"backoff": "2d", "backoff_most": "1d"}, "backoff_most must be at least backoff"),
        ({"contraction": 1}, "less than 1"),
        ({"expansion": -0.1}, "greater than or equal to 0"),
        ({"rollbacks": 0}, "greater than or equal to 1"),
        ({"rollbacks": True}, "true is not a number"),
        ({"stable": "a week"}, "is not a duration"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(section: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        configuration(bounds=section)


@pytest.mark.parametrize("place", ["low", "high", "bounds.low", "bounds.high"])
def test_whole_numbers_are_bounded_by_whole_numbers(place: str) -> None:
    batch = {**SETTINGS["parameters"]["batch"], "bounds": {"low": 2, "high": 8}}
    section, key = (batch["bounds"], place[7:]) if "." in place else (batch, place)
    section[key] += 0.5
    with pytest.raises(ConfigError) as error:
        configuration(parameters={"batch": batch})
    said = f"parameters.batch.{place}: {section[key]} cannot bound a parameter of kind int, whose values are whole"
    assert said in str(error.value)


@pytest.mark.parametrize("changes", [{"bounds": {"low": 0}}, {"max_step": 1}, {"daily_limit": 1}])
def test_a_choice_has_no_bounds_that_slide(changes: dict[str, Any]) -> None:
    mode = {"kind": "choice", "choices": ["calm", "wild"], "default": "calm", "prior": {"sd": 0.01}, **changes}
    with pytest.raises(ConfigError, match=rf"parameters.mode.{next(iter(changes))}: does not go with kind choice"):
        configuration(parameters={"mode": mode})


def test_the_line_of_the_setting_is_named() -> None:
    text = yaml.safe_dump({**SETTINGS, "parameters": {"price": {**PRICE, "bounds": {"low": 0.1}}}}, sort_keys=False)
    line = text.splitlines().index("      low: 0.1") + 1
    with pytest.raises(ConfigError, match=rf"^shop.yaml:{line}: parameters.price.bounds.low: 0.1 is outside"):
        parse_config(text, Path("shop.yaml"))
