"""compile: the boards as text, provisioning, and the queries of the panels."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from alertmanager.rules import controller, drift, learning
from controller.config.drift import DriftSection
from controller.stack.checkout import checkout
from controller.stack.servers import find_servers
from exporter import names
from exporter.catalog import CATALOG
from exporter.catalog.controller import CHANGES
from exporter.catalog.llm import LLM_BREAKER_STATE
from exporter.endpoints import Endpoints
from exporter.metric import Direction, Kpi
from exporter.promql import escape
from grafana.boards import _drift, autopilot
from grafana.compile import (
    DASHBOARDS_FOLDER,
    compile_boards,
    compile_provisioning,
    dashboards,
    panel_queries,
    substitute,
)
from grafana.query import alert_states, state_code

BOARDS = dashboards()
PANELS = [(name, panel) for name, board in BOARDS.items() for panel in board["panels"] if "targets" in panel]


def test_text_is_stable_json_with_stable_uids() -> None:
    texts = compile_boards()
    assert texts == compile_boards()
    assert set(texts) == {"business.json", "autopilot.json"}
    for text in texts.values():
        assert text.endswith("}\n")
        assert "NaN" not in text
        assert str(checkout()) not in text
    uids = {name: json.loads(text)["uid"] for name, text in texts.items()}
    assert uids == {"business.json": names.DASHBOARD_BUSINESS, "autopilot.json": names.DASHBOARD_AUTOPILOT}


def test_boards_refresh_share_the_crosshair_and_link_to_each_other() -> None:
    business, autopilot = BOARDS["business"], BOARDS["autopilot"]
    for board, other in ((business, autopilot), (autopilot, business)):
        assert board["schemaVersion"] == 42
        assert (board["graphTooltip"], board["refresh"]) == (1, "10s")
        link = board["links"][0]
        assert (link["url"], link["keepTime"], link["includeVars"]) == (f"/d/{other['uid']}", True, True)
        drills = [
            entry["url"]
            for panel in board["panels"]
            for entry in panel.get("fieldConfig", {}).get("defaults", {}).get("links", ())
        ]
        assert drills
        for url in drills:
            assert url == f"/d/{other['uid']}?${{__url_time_range}}&${{datasource:queryparam}}&${{variant:queryparam}}"


def test_every_query_asks_the_chosen_data_source() -> None:
    wanted = {"type": "prometheus", "uid": "${datasource}"}
    for _, panel in PANELS:
        assert panel["datasource"] == wanted
        for target in panel["targets"]:
            assert target["datasource"] == wanted
            assert target["range"] is not target["instant"]


def test_exemplars_are_asked_of_histograms_only() -> None:
    asking = [t["expr"] for _, panel in PANELS for t in panel["targets"] if t.get("exemplar")]
    assert len(asking) >= 4
    assert all(expr.startswith("histogram_quantile(") for expr in asking)


def test_series_with_arms_are_narrowed_by_the_variable() -> None:
    judged = {metric.name for metric in CATALOG.metrics if metric.judged}
    for _, panel in PANELS:
        for target in panel["targets"]:
            for name, matches in re.findall(r"\b(vvtv_\w+)(?:\{([^}]*)\})?", target["expr"]):
                if name.removesuffix("_bucket").removesuffix("_count") in judged:
                    assert 'variant=~"$variant"' in matches, target["expr"]


@pytest.mark.parametrize("kpi", [kpi for kpi in CATALOG.kpis if kpi.band], ids=lambda kpi: kpi.name)
def test_thresholds_are_the_edges_of_the_catalogs_bands(kpi: Kpi) -> None:
    assert kpi.band is not None
    shown = [panel["fieldConfig"]["defaults"] for _, panel in PANELS if panel["title"] == kpi.title]
    assert shown
    edge = kpi.band[0] if kpi.direction is Direction.HIGHER else kpi.band[1]
    for defaults in shown:
        steps = {step["value"]: step["color"] for step in defaults["thresholds"]["steps"]}
        good, bad = ("green", "red") if kpi.direction is Direction.HIGHER else ("red", "green")
        assert steps[edge] == good
        assert steps[None] == bad


def test_thresholds_of_the_autopilots_panels_are_those_of_its_alerts_and_monitors() -> None:
    def red(title: str) -> list[float]:
        steps = next(panel for _, panel in PANELS if panel["title"] == title)["fieldConfig"]["defaults"]["thresholds"]
        return [step["value"] for step in steps["steps"] if step["color"] == "red"]

    assert red("Age of the last step") == [controller.STALL]
    assert red("Failures in a row") == [DriftSection().failures.row]
    assert autopilot.UNCOVERED == drift.LEAST_COVERAGE
    assert _drift.ROLLBACK_LIMIT == learning.ROLLBACK_SHARE


def test_every_metric_of_the_controller_and_every_kpi_is_shown() -> None:
    shown = " ".join(target["expr"] for _, panel in PANELS for target in panel["targets"])
    for metric in CATALOG.component("controller"):
        assert re.search(rf"\b{metric.name}", shown), metric.name
    titles = {panel["title"] for _, panel in PANELS}
    assert {kpi.title for kpi in CATALOG.kpis} <= titles


def test_every_change_and_every_alert_has_a_mark_on_every_board_and_one_only() -> None:
    for board in BOARDS.values():
        marks = board["annotations"]["list"]
        assert len({mark["name"] for mark in marks}) == len(marks)
        dated = [mark for mark in marks if mark["useValueForTime"]]
        kinds = [kind for mark in dated for kind in re.findall(r'kind=~"([^"]+)"', mark["expr"])[0].split("|")]
        assert sorted(kinds) == sorted(CHANGES)
        assert all("vvtvctl " in mark["textFormat"] or "log" in mark["textFormat"] for mark in dated)
        (alert,) = (mark for mark in marks if not mark["useValueForTime"])
        assert 'ALERTS{alertstate="firing"}' in alert["expr"]


def test_the_page_of_the_boards_tells_every_mark_and_its_colour() -> None:
    page = (checkout() / "docs" / "boards.md").read_text(encoding="utf-8")
    for mark in BOARDS["business"]["annotations"]["list"]:
        assert f"| {mark['name']} | {mark['iconColor']} |" in page


def test_panel_queries_are_ready_for_prometheus() -> None:
    queries = panel_queries(rate_interval="30s", time_range="2h")
    assert len(queries) == sum(len(panel["targets"]) for _, panel in PANELS)
    assert {query.board for query in queries} == {"Business Logic Overview", "Autopilot Health"}
    for query in queries:
        assert "$" not in query.expr
        promql_parser.parse(query.expr)
    exprs = " ".join(query.expr for query in queries)
    assert "[30s]" in exprs
    assert "[2h]" in exprs


def test_promtool_parses_every_query_of_panels_and_events(tmp_path: Path) -> None:
    exprs = [query.expr for query in panel_queries()]
    exprs += [event["expr"] for board in BOARDS.values() for event in board["annotations"]["list"]]
    rules = [{"record": f"panel:query:{index}", "expr": expr} for index, expr in enumerate(exprs)]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    promtool = find_servers().promtool
    done = subprocess.run([promtool, "check", "rules", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules)} rules found" in done.stdout


def test_states_and_alerts_become_the_numbers_of_their_mappings(tmp_path: Path) -> None:
    def series(name: str, values: str) -> dict[str, str]:
        return {"series": name, "values": values}

    def expect(expr: str, minute: int, *samples: tuple[str, float]) -> dict[str, Any]:
        expected = [{"labels": labels, "value": value} for labels, value in samples]
        return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": expected}

    breaker = state_code(LLM_BREAKER_STATE, "instance")
    alerts = alert_states("vvtv")
    test = {
        "interval": "1m",
        "input_series": [
            series('vvtv_llm_breaker_state{instance="a",state="closed"}', "1 0 0"),
            series('vvtv_llm_breaker_state{instance="a",state="half_open"}', "0 0 1"),
            series('vvtv_llm_breaker_state{instance="a",state="open"}', "0 1 0"),
            series('ALERTS{alertname="X",alertstate="pending",service="vvtv"}', "_ 1 stale"),
            series('ALERTS{alertname="X",alertstate="firing",service="vvtv"}', "_ _ 1"),
            series('ALERTS{alertname="Y",alertstate="firing",service="autopilot"}', "1 1 1"),
        ],
        "promql_expr_test": [
            expect(breaker, 0, ('{instance="a"}', 0)),
            expect(breaker, 1, ('{instance="a"}', 2)),
            expect(breaker, 2, ('{instance="a"}', 1)),
            expect(alerts, 0, ('{alertname="no alert"}', 0)),
            expect(alerts, 1, ('{alertname="X"}', 1)),
            expect(alerts, 2, ('{alertname="X"}', 2)),
        ],
    }
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump({"tests": [test]}), encoding="utf-8")
    promtool = find_servers().promtool
    done = subprocess.run([promtool, "test", "rules", path], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_hostile_arm_stays_inside_its_string() -> None:
    expr = substitute('x{variant=~"$variant"}', rate_interval="1m", time_range="1h", variant=escape('a"} or y'))
    parsed = promql_parser.parse(expr)
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert parsed.name == "x"


def test_provisioning_names_the_data_source_and_the_dashboards() -> None:
    files = compile_provisioning(Endpoints(prometheus=4711))
    assert set(files) == {"datasources/prometheus.yml", "dashboards/vvtv.yml"}
    source = yaml.safe_load(files["datasources/prometheus.yml"])["datasources"][0]
    assert (source["uid"], source["url"]) == (names.DATASOURCE_UID, "http://127.0.0.1:4711")
    provider = yaml.safe_load(files["dashboards/vvtv.yml"])["providers"][0]
    assert provider["options"] == {"path": DASHBOARDS_FOLDER}
    assert all(text.startswith("# Generated by `make gen`") for text in files.values())


def test_the_compose_file_mounts_the_dashboards_where_provisioning_looks() -> None:
    text = (checkout() / "docker-compose.yml").read_text(encoding="utf-8")
    assert f"./grafana/generated:{DASHBOARDS_FOLDER}:ro" in text
