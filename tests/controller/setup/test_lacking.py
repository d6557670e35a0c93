"""`doctor` and `init` on a real Prometheus whose service lacks what a canary needs: arms, gauges, history."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from exporter.parameters import uniform
from tests.controller.cli.terminal import Terminal
from tests.prometheus import running_prometheus

pytestmark = pytest.mark.stack

STEP, COUNT = 15, 180
ARMS = ("canary", "baseline", "control")
SETTINGS: dict[str, Any] = {
    "service": "shop",
    "metrics": [
        {
            "name": "sales",
            "direction": "higher",
            "unit": "ratio",
            "margin": 0.02,
            "events": {"metric": "shop_sales_total"},
            "trials": {"metric": "shop_visits_total"},
        },
        {
            "name": "variety",
            "direction": "higher",
            "margin": 0.1,
            "gauge": {"metric": "shop_variety_ratio"},
            "comparison": ["baseline"],
        },
    ],
    "kpis": {"primary": "sales", "guardrails": ["variety"]},
    "canary": {"history": "1h"},
    "parameters": {"discount": {"low": 0, "high": 0.5, "default": 0.1, "step": 0.05, "prior": {"sd": 0.02}}},
}


def _samples(end: int) -> str:
    """Return samples each 15 s until unix time `end`: job `mute` says nothing of its file, job `deaf` refuses it."""
    families: dict[str, list[str]] = {
        "shop_visits": ["# TYPE shop_visits counter"],
        "shop_sales": ["# TYPE shop_sales counter"],
        "shop_variety_ratio": ["# TYPE shop_variety_ratio gauge"],
        "vvtv_parameter_value": ["# TYPE vvtv_parameter_value gauge"],
        "vvtv_parameter_file_errors": ["# TYPE vvtv_parameter_file_errors counter"],
        "vvtv_parameter_file_loaded_timestamp_seconds": ["# TYPE vvtv_parameter_file_loaded_timestamp_seconds gauge"],
    }
    for index in range(COUNT):
        at = end - STEP * (COUNT - 1 - index)
        for job in ("mute", "deaf"):
            for arm in ARMS:
                labels = f'job="{job}",variant="{arm}"'
                families["shop_visits"].append(f"shop_visits_total{{{labels}}} {40 * index} {at}")
                families["shop_sales"].append(f"shop_sales_total{{{labels}}} {12 * index + index % 7} {at}")
                if arm != "control":
                    families["shop_variety_ratio"].append(f"shop_variety_ratio{{{labels}}} 0.{70 + index % 9} {at}")
                if job == "deaf":
                    families["vvtv_parameter_value"].append(
                        f'vvtv_parameter_value{{{labels},parameter="discount"}} 0.1 {at}'
                    )
        families["vvtv_parameter_file_errors"] += [
            f'vvtv_parameter_file_errors_total{{job="deaf",reason="invalid"}} {int(index > 20)} {at}',
            f'vvtv_parameter_file_errors_total{{job="deaf",reason="missing"}} 0 {at}',
        ]
        families["vvtv_parameter_file_loaded_timestamp_seconds"].append(
            f'vvtv_parameter_file_loaded_timestamp_seconds{{job="deaf"}} {end - 1000} {at}'
        )
    return "\n".join(line for lines in families.values() for line in lines) + "\n"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    end = int(Clock().now()) // STEP * STEP
    with running_prometheus(tmp_path_factory.mktemp("lacking"), _samples(end)) as url:
        yield url


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(tmp_path, capsys, monkeypatch)


def _doctor(
    terminal: Terminal, url: str, job: str, *, discount: float = 0.1, age: float = 300.0
) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Run doctor with a live file written `age` seconds ago; return its exit code, and what it found by check."""
    config = terminal.state.parent / "shop.yaml"
    section = {"url": url, "scrape_interval": "15s", "selector": {"job": job}}
    config.write_text(yaml.safe_dump({**SETTINGS, "prometheus": section}), encoding="utf-8")
    path = terminal.state / "parameters" / "live.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    live = uniform({**read_config(config).specs.defaults(), "discount": discount}, "shop")
    path.write_text(json.dumps(live.document()), encoding="utf-8")
    os.utime(path, (Clock().now() - age, Clock().now() - age))
    result = terminal.run("doctor", "--config", str(config), "--state", str(terminal.state), "--json")
    found: dict[str, list[dict[str, Any]]] = {}
    for one in result.json()["checks"]:
        found.setdefault(one["check"], []).append(one)
    return result.code, found


def test_every_arm_that_a_kpi_needs_must_be_there(terminal: Terminal, prometheus: str) -> None:
    code, found = _doctor(terminal, prometheus, "mute")
    sales, variety = found["arms"]
    assert (code, sales["mark"], variety["mark"]) == (1, "ok", "fail")
    assert variety["figures"]["missing"] == ["control"]
    assert variety["found"].startswith("variety: no control arm, from which levels are read: shop_variety_ratio has")
    assert "give units to that arm?" in variety["advice"]


def test_a_service_that_does_not_show_what_it_applies_is_a_warning(terminal: Terminal, prometheus: str) -> None:
    _, found = _doctor(terminal, prometheus, "mute")
    _, seen = found["live parameters"]
    assert (seen["mark"], "exposes no vvtv_parameter_value" in seen["found"]) == ("warn", True)
    assert "vvtv_parameter_file_errors_total" in seen["advice"]


def test_a_service_that_refuses_the_file_is_a_warning_even_where_the_values_agree(
    terminal: Terminal, prometheus: str
) -> None:
    _, found = _doctor(terminal, prometheus, "deaf")
    _, *seen = found["live parameters"]
    assert [one["mark"] for one in seen] == ["warn"]
    assert seen[0]["found"].startswith("the service refuses the live parameter file")
    assert seen[0]["found"].endswith("vvtv_parameter_file_errors_total counts failed reads: invalid")
    assert "hard bounds must be those of autopilot.yaml" in seen[0]["advice"]


def test_refused_values_are_told_with_the_refusal(terminal: Terminal, prometheus: str) -> None:
    code, found = _doctor(terminal, prometheus, "deaf", discount=0.3)
    assert (code, [one["mark"] for one in found["live parameters"]]) == (1, ["ok", "warn", "fail"])


@pytest.mark.parametrize("age", [10.0, 1200.0])
def test_a_file_that_is_new_or_was_taken_since_is_not_refused(terminal: Terminal, prometheus: str, age: float) -> None:
    _, found = _doctor(terminal, prometheus, "deaf", age=age)
    assert [one["mark"] for one in found["live parameters"]] == ["ok", "ok"]


def test_init_doctor_and_canary_power_ask_for_the_same_history(terminal: Terminal, prometheus: str) -> None:
    _, found = _doctor(terminal, prometheus, "mute")
    (history, *_) = found["history"]
    needed = history["figures"]["needed_points"]
    assert (history["mark"], needed) == ("fail", 240)
    place = ("--config", str(terminal.state.parent / "shop.yaml"), "--state", str(terminal.state))
    assert f"{needed} needed" in terminal.run("canary", "power", *place).out
    written = terminal.run("init", "--prometheus", prometheus, "--job", "deaf", "--dry-run").out
    assert f"points of A/A history, {needed} needed" in written
