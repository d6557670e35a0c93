"""rule: an alert that promtool would accept and an operator would stumble over is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from alertmanager.rule import Case, Record, render
from alertmanager.rules import GROUPS
from alertmanager.rules.llm import ALERTS
from controller.cycle.plant import RETRY
from tests.alertmanager.conftest import Tool

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


def test_failures_as_rare_as_an_idle_controllers_are_one_alert_without_gaps(promtool: Tool, tmp_path: Path) -> None:
    rules = yaml.safe_load(Path("alertmanager/generated/rules/controller.yml").read_text(encoding="utf-8"))
    (alert,) = [rule for rule in rules["groups"][0]["rules"] if rule.get("alert") == "AutopilotPrometheusErrors"]
    between = round((RETRY + 60) / 15)  # scrapes from one failure to the next: a query that hangs takes a minute
    test = {
        "interval": "15s",
        "input_series": [
            {
                "series": 'vvtv_autopilot_promql_errors_total{reason="timeout"}',
                "values": " ".join(f"{failures}x{between - 1}" for failures in range(8)),
            }
        ],
        "promql_expr_test": [
            {
                "expr": f"count_over_time(({alert['expr']})[10m:15s])",
                "eval_time": "40m",
                "exp_samples": [{"labels": '{reason="timeout"}', "value": 41}],
            }
        ],
    }
    (tmp_path / "test.yml").write_text(json.dumps({"tests": [test]}), encoding="utf-8")
    done = promtool("test", "rules", tmp_path / "test.yml")
    assert done.returncode == 0, done.stdout + done.stderr
