"""compile_files: what promtool and amtool accept. Production's unit tests run in the CLI's tests."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from alertmanager.compile import compile_files
from alertmanager.rule import Alert, Case, RuleGroup, Series, Severity, Team
from alertmanager.rules import GROUPS
from controller.stack.checkout import checkout
from exporter import names
from exporter.catalog import CATALOG, Catalog
from exporter.endpoints import DEFAULT_ENDPOINTS, Endpoints
from exporter.metric import Direction, Kind, Metric
from exporter.timing import PRODUCTION, Timing
from tests.alertmanager.conftest import DEMO, Tool, put

ALERTS = {alert.name: alert for group in GROUPS for alert in group.alerts}
TIMINGS = [PRODUCTION, DEMO, Timing(7, 30, 3.5)]
HOSTILE = "a: #b 'c' \"d\" \\ {e} [f], & *g ! % @ ` | > é ☃\n- h"


def _rules(files: dict[str, str], kind: str) -> dict[str, dict[str, Any]]:
    documents = [yaml.safe_load(text) for path, text in files.items() if path.startswith("rules/")]
    return {rule[kind]: rule for doc in documents for group in doc["groups"] for rule in group["rules"] if kind in rule}


def _gauge(name: str, component: str = "shop") -> Metric:
    return Metric(name=name, kind=Kind.GAUGE, help="Length.", component=component)


def _alert(metric: str, **changes: Any) -> Alert:
    alert = Alert(
        name="QueueLong",
        expr=lambda _timing: f"{metric} > 10",
        severity=Severity.CRITICAL,
        team=Team.PLATFORM,
        service=names.JOB_SERVICE,
        component="shop",
        window=0,
        for_seconds=60,
        keep_firing_seconds=0,
        summary="The queue is long",
        description="{{ $value | humanize }} wait.",
        action="Serve faster.",
        fires=Case("a long queue", (Series(metric, 20.0),), "20"),
        silent=Case("a short queue", (Series(metric, 2.0),)),
    )
    return replace(alert, **changes)


def _numbers(expr: str) -> set[float]:
    found: set[float] = set()

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.NumberLiteral):
            found.add(float(node.val))
        return True

    promql_parser.walk(promql_parser.parse(expr), visit)
    return found


def test_scaled_rules_pass_their_unit_tests(demo_folder: Path, promtool: Tool) -> None:
    done = promtool("test", "rules", *sorted((demo_folder / "tests").glob("*.yml")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") == len(GROUPS)


@pytest.mark.parametrize("timing", TIMINGS, ids=repr)
def test_any_timing_is_accepted_by_promtool_and_amtool(
    timing: Timing, tmp_path: Path, promtool: Tool, amtool: Tool
) -> None:
    folder = put(tmp_path, compile_files(DEFAULT_ENDPOINTS, timing))
    rules = sorted((folder / "rules").glob("*.yml"))
    for done in (
        promtool("check", "config", folder / "prometheus.yml"),
        promtool("check", "rules", "--lint=all", "--lint-fatal", *rules),
        amtool("check-config", folder / "alertmanager.yml"),
    ):
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("timing", TIMINGS, ids=repr)
def test_windows_and_patience_suit_the_scrape_interval(timing: Timing) -> None:
    for name, rule in (_rules(compile_files(DEFAULT_ENDPOINTS, timing), "alert")).items():
        for seconds in re.findall(r"\[(\d+)s[:\]]", rule["expr"]):
            assert int(seconds) >= 4 * timing.scrape_interval, name
        if "for" in rule:
            assert int(rule["for"].removesuffix("s")) >= timing.evaluation_interval, name
        assert "ms" not in rule["expr"], name


@pytest.mark.parametrize(("replacement", "told"), [("vector(0) > 1", "fires"), ("vector(1)", "stays silent")])
def test_unit_tests_notice_a_rule_that_never_or_always_fires(
    replacement: str, told: str, tmp_path: Path, promtool: Tool
) -> None:
    files = {path: text for path, text in compile_files(DEFAULT_ENDPOINTS, DEMO).items() if "learning" not in path}
    for path in [path for path in files if path.startswith("rules/")]:
        files[path] = re.sub(r"(- alert: \w+\n +expr: ).*", lambda match: match[1] + replacement, files[path])
    folder = put(tmp_path, files)
    done = promtool("test", "rules", *sorted((folder / "tests").glob("*.yml")))
    assert done.returncode == 1
    learning = {alert.name for group in GROUPS if group.name == "learning" for alert in group.alerts}
    for name in set(ALERTS) - learning:
        assert re.search(f"name: {name}: {told}", done.stdout + done.stderr), name


@pytest.mark.parametrize(
    ("alert", "kpi", "edge"),
    [
        ("DiversityLoss", "selection_entropy", 0),
        ("NoveltyDrift", "novelty_temporal_kld", 1),
        ("CuratorBudgetExhausted", "curator_apply_budget_used_pct", 1),
        ("QualityDegradation", "hd_detection_slow_rate", 1),
        ("PredictionDrift", "autopilot_pred_vs_real_error", 1),
    ],
)
def test_thresholds_are_the_edges_of_the_catalogs_bands(alert: str, kpi: str, edge: int) -> None:
    band = CATALOG.kpi(kpi).band
    assert band is not None
    assert band[edge] in _numbers(ALERTS[alert].expr(PRODUCTION))


def test_every_kpi_with_a_band_has_an_alert_that_compares_with_it() -> None:
    numbers = [_numbers(alert.expr(PRODUCTION)) for alert in ALERTS.values()]
    for kpi in CATALOG.kpis:
        if kpi.band is not None:
            edge = kpi.band[0] if kpi.direction is Direction.HIGHER else kpi.band[1]
            assert any(edge in found for found in numbers), kpi.name


def test_critical_alerts_of_the_requirements_are_critical_and_about_the_service() -> None:
    rules = _rules(compile_files(DEFAULT_ENDPOINTS, PRODUCTION), "alert")
    for name in ("DiversityLoss", "CuratorBudgetExhausted", "LlmDegraded", "QualityDegradation"):
        assert rules[name]["labels"]["severity"] == "critical"
        assert rules[name]["labels"]["service"] == names.JOB_SERVICE


def test_labels_are_constant_and_annotations_complete() -> None:
    for name, rule in _rules(compile_files(DEFAULT_ENDPOINTS, PRODUCTION), "alert").items():
        assert set(rule["labels"]) == {"severity", "team", "component", "service"}
        assert "{{" not in str(rule["labels"])
        assert set(rule["annotations"]) == {"summary", "description", "action", "runbook_url"}
        assert rule["annotations"]["runbook_url"] == names.runbook_url(name)


def test_scrape_jobs_have_explicit_instances_and_the_given_ports() -> None:
    endpoints = Endpoints(prometheus=1001, alertmanager=1002, service=1003, controller=1004)
    files = compile_files(endpoints, PRODUCTION, rules_dir="elsewhere")
    config = yaml.safe_load(files["prometheus.yml"])
    jobs = {job["job_name"]: job["static_configs"][0] for job in config["scrape_configs"]}
    assert jobs[names.JOB_SERVICE] == {"targets": ["127.0.0.1:1003"], "labels": {"instance": names.INSTANCE_SERVICE}}
    assert jobs[names.JOB_CONTROLLER] == {
        "targets": ["127.0.0.1:1004"],
        "labels": {"instance": names.INSTANCE_CONTROLLER},
    }
    assert set(jobs) == {names.JOB_SERVICE, names.JOB_CONTROLLER, names.JOB_PROMETHEUS, names.JOB_ALERTMANAGER}
    assert config["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["127.0.0.1:1002"]}]}]
    assert config["rule_files"] == ["elsewhere/*.yml"]
    assert "elsewhere/planner.yml" in files
    assert yaml.safe_load(files["tests/planner.yml"])["rule_files"] == ["../elsewhere/planner.yml"]


def test_texts_say_where_they_come_from_and_nothing_about_this_machine() -> None:
    files = compile_files(DEFAULT_ENDPOINTS, PRODUCTION)
    assert files == compile_files(DEFAULT_ENDPOINTS, PRODUCTION)
    for path, text in files.items():
        assert text.startswith("# Generated by `make gen` from alertmanager/"), path
        assert str(checkout()) not in text
        source = text.split(" from ")[1].split(";")[0]
        assert (checkout() / source).is_file(), source


def test_rules_of_another_service_compile_with_its_catalog(tmp_path: Path, promtool: Tool) -> None:
    catalog = Catalog((_gauge("shop_queue_length"),), ())
    alert = _alert("shop_queue_length", summary=HOSTILE, action=HOSTILE, description=f"{{{{ $value }}}} {HOSTILE}")
    groups = [RuleGroup("shop", (), (alert,))]
    files = compile_files(DEFAULT_ENDPOINTS, DEMO, groups=groups, catalog=catalog)
    assert set(files) == {"prometheus.yml", "alertmanager.yml", "rules/shop.yml", "tests/shop.yml"}
    rule = _rules(files, "alert")["QueueLong"]
    assert rule["annotations"]["summary"] == HOSTILE
    folder = put(tmp_path, files)
    done = promtool("test", "rules", folder / "tests" / "shop.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_metric_that_nothing_exposes_is_refused() -> None:
    groups = [RuleGroup("shop", (), (_alert("shop_queue_lenght"),))]
    with pytest.raises(ValueError, match="rule QueueLong: nothing exposes 'shop_queue_lenght'"):
        compile_files(DEFAULT_ENDPOINTS, DEMO, groups=groups, catalog=Catalog((_gauge("shop_queue_length"),), ()))


def test_an_expression_that_does_not_parse_is_refused() -> None:
    groups = [RuleGroup("shop", (), (_alert("up", expr=lambda _timing: "sum(("),))]
    with pytest.raises(ValueError, match="rule QueueLong: its expression does not parse"):
        compile_files(DEFAULT_ENDPOINTS, DEMO, groups=groups)


def test_two_rules_of_one_name_are_refused() -> None:
    groups = [RuleGroup("a", (), (_alert("up"),)), RuleGroup("b", (), (_alert("up"),))]
    with pytest.raises(ValueError, match="rule 'QueueLong' stands twice"):
        compile_files(DEFAULT_ENDPOINTS, DEMO, groups=groups)
