"""rule: an alert that promtool would accept and an operator would stumble over is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alertmanager.rule import Case, Record, render
from alertmanager.rules import GROUPS
from alertmanager.rules.llm import ALERTS

ALERT = ALERTS[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "llm_degraded"}, "CamelCase"),
        ({"name": "../Llm"}, "CamelCase"),
        ({"service": "vtv"}, "service 'vtv' is none of vvtv, autopilot"),
        ({"action": " "}, "alert LlmDegraded: action is empty"),
        ({"description": "{{ $vlaue }}"}, r"description: \{\{ \$vlaue \}\} is not known"),
        ({"summary": "{{ $value | printf }}"}, "is not known"),
        ({"fires": ALERT.silent}, "`fires` needs the value"),
        ({"silent": ALERT.fires}, "`silent` must have none"),
        ({"silent": Case("nothing", ())}, "must have the same series"),
    ],
)
def test_a_bad_alert_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        replace(ALERT, **changes)


@pytest.mark.parametrize("name", ["slow_rate", "a:b", "a:b:c:d", "A:b:c", ""])
def test_a_record_says_level_metric_and_operation(name: str) -> None:
    with pytest.raises(ValueError, match="name it level:metric:operation"):
        Record(name, lambda _timing: "up")


def test_render_shows_value_and_labels() -> None:
    text = "{{ $labels.arm }} has {{ $value | humanizePercentage }}{{ $labels.none }}"
    assert render(text, value="20%", labels={"arm": "canary"}, where="") == "canary has 20%"


def test_every_group_is_discovered_once_in_order() -> None:
    found = [group.name for group in GROUPS]
    assert found == sorted(set(found))
    assert {"availability", "controller", "curator", "hd_detection", "learning", "llm", "planner"} <= set(found)
