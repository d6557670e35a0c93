"""check: what promtool lets pass."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from alertmanager.check import check_unit_tests, exposed, metric_names
from alertmanager.rules import GROUPS
from alertmanager.unit_test import document
from exporter.catalog import CATALOG
from exporter.timing import PRODUCTION
from tests.alertmanager.conftest import Tool

LLM = [group for group in GROUPS if group.name == "llm"]


@pytest.fixture
def documents() -> dict[str, dict[str, Any]]:
    return {group.name: deepcopy(document(group, PRODUCTION, "rules")) for group in LLM}


def test_generated_unit_tests_are_complete() -> None:
    check_unit_tests(GROUPS, {group.name: document(group, PRODUCTION, "rules") for group in GROUPS})


def test_a_misspelt_alert_in_a_test_is_refused_where_promtool_passes_it(
    documents: dict[str, dict[str, Any]], demo_folder: Path, tmp_path: Path, promtool: Tool
) -> None:
    silent = next(test for test in documents["llm"]["tests"] if "stays silent" in test["name"])
    silent["alert_rule_test"][0]["alertname"] = "LlmDegarded"
    documents["llm"]["rule_files"] = [str(demo_folder / "rules" / "llm.yml")]
    lone = {**documents["llm"], "tests": [silent]}
    (tmp_path / "llm.yml").write_text(yaml.safe_dump(lone), encoding="utf-8")
    assert promtool("test", "rules", tmp_path / "llm.yml").returncode == 0
    with pytest.raises(ValueError, match=r"tests/llm.yml tests 'LlmDegarded', which is no alert of rules/llm.yml"):
        check_unit_tests(LLM, documents)


@pytest.mark.parametrize("kept", ["fires", "stays silent"])
def test_an_alert_shown_on_one_side_only_is_refused(documents: dict[str, dict[str, Any]], kept: str) -> None:
    for test in documents["llm"]["tests"]:
        firing = kept == "fires"
        test["alert_rule_test"] = [entry for entry in test["alert_rule_test"] if bool(entry["exp_alerts"]) is firing]
    with pytest.raises(ValueError, match=r"tests/llm.yml must show LlmDegraded both firing and silent"):
        check_unit_tests(LLM, documents)


def test_an_alert_without_any_test_is_refused() -> None:
    with pytest.raises(ValueError, match="must show LlmDegraded"):
        check_unit_tests(LLM, {})


def test_metric_names_are_found_in_every_corner_of_an_expression() -> None:
    expr = (
        "quantile_over_time(scalar(q), (a >= 0)[1d:5m]) or on () max(rate(b[5m])) unless (-c) and topk(3, d offset 1h)"
    )
    assert metric_names(expr) == {"q", "a", "b", "c", "d"}


def test_a_histogram_is_exposed_by_its_parts() -> None:
    known = exposed(CATALOG)
    assert "vvtv_llm_request_duration_seconds_bucket" in known
    assert "vvtv_llm_request_duration_seconds" not in known
