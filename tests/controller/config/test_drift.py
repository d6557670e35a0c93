"""The section `drift`: what it refuses, and what the decisions are told."""

from __future__ import annotations

from typing import Any

import pytest

from controller.config.drift import DriftSection
from controller.decide.drift.policy import DriftPolicy
from controller.decide.drift.reading import Cause
from controller.errors import ConfigError
from exporter.seconds import DAY, HOUR
from tests.controller.world import configuration


def test_the_defaults_are_those_of_the_decisions() -> None:
    assert DriftSection().policy == DriftPolicy()


def test_what_is_said_is_what_the_decisions_are_told() -> None:
    drift = configuration(
        drift={
            "pause": "24h",
            "return_stages": [0.5],
            "failures": {"row": 5, "action": "watch"},
            "plant": {"threshold": 15, "watch": "2d"},
        }
    ).drift
    assert drift.policy.pause.first == DAY
    assert drift.policy.pause.stages == (0.5,)
    assert drift.policy.failures.row == 5
    assert (drift.policy.plant.threshold, drift.policy.plant.watch) == (15, 48 * HOUR)
    assert (drift.action(Cause.FAILURES), drift.action(Cause.PLANT), drift.action(Cause.COVERAGE)) == (
        "watch",
        "watch",
        "pause",
    )
    assert DriftSection(enabled=False).action(Cause.FAILURES) == "off"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"pause": "8d"}, "most_pause must be at least pause"),
        ({"return_stages": [0.5, 0.25]}, "return_stages must ascend"),
        ({"return_stages": [0.5, 1.0]}, "less than 1"),
        ({"return_stages": [0.05 * n for n in range(1, 13)]}, "return_stages: at most 10, there are 12"),
        ({"prediction": {"target": 0.4}}, "target 0.4 must be at most limit 0.3"),
        ({"prediction": {"lasting": "14d"}}, "lasting must be shorter than window"),
        ({"plant": {"baseline": "2d"}}, "baseline: at least 3d"),
        ({"plant": {"watch": "1h"}}, "watch: at least 6h"),
        ({"plant": {"settle": "1h"}}, "settle: at least 6h"),
        ({"plant": {"baseline": "59d"}}, "at most 60d"),
        ({"plant": {"threshold": float("nan")}}, "drift.plant.threshold"),
        ({"coverage": {"action": "stop"}}, "'pause', 'watch' or 'off'"),
        ({"failures": {"rows": 3}}, "did you mean 'row'?"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(section: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configuration(drift=section)
    assert said in str(caught.value)
    assert str(caught.value).startswith("shop.yaml:")
