"""unit_test: input that lasts as long as an alert needs."""

from __future__ import annotations

import math

import pytest

from alertmanager.rule import CLOCK, MISSING, Cycle, Rising, RuleGroup, Samples
from alertmanager.rules import GROUPS
from alertmanager.rules.llm import ALERTS
from alertmanager.unit_test import _humanize_duration, _values, document
from exporter.timing import PRODUCTION
from tests.alertmanager.conftest import DEMO


@pytest.mark.parametrize(
    ("samples", "text", "last"),
    [
        (0.5, "0.5+0x2", 7.0),
        (math.nan, "NaN NaN NaN", 7.0),
        (Rising(60), "7+15x2", 52.0),
        (Cycle((1.0, 0.0)), "1 0 1", 7.0),
        (MISSING, "_x3", 7.0),
        (CLOCK, "30+15x2", 7.0),
    ],
)
def test_samples_in_promtools_notation(samples: Samples, text: str, last: float) -> None:
    assert _values(samples, 3, 15, 7.0, 2) == (text, last)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (60, "1m 0s"), (3661, "1h 1m 1s"), (90_000, "1d 1h 0m 0s")]
)
def test_ages_are_shown_as_prometheus_shows_them(seconds: int, text: str) -> None:
    assert _humanize_duration(seconds) == text


def test_a_test_lasts_as_long_as_window_and_patience() -> None:
    group = RuleGroup("llm", (), ALERTS)
    for timing in (PRODUCTION, DEMO):
        first = document(group, timing, "rules")["tests"][0]["alert_rule_test"][0]
        assert int(first["eval_time"].removesuffix("s")) >= timing.window(300) + timing.patience(60)


def test_an_age_is_the_time_of_its_evaluation() -> None:
    group = next(group for group in GROUPS if group.name == "controller")
    test = next(test for test in document(group, DEMO, "rules")["tests"] if "AutopilotStalled: fires" in test["name"])
    entry = test["alert_rule_test"][0]
    shown = entry["exp_alerts"][0]["exp_annotations"]["description"]
    assert shown == f"Its last step is {entry['eval_time']} old."
