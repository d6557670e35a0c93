"""routes: whom amtool says an alert goes to."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from alertmanager.routes import CONTROLLER, OPERATORS, alertmanager_document, matchers
from exporter import names
from exporter.endpoints import DEFAULT_ENDPOINTS, Endpoints
from exporter.timing import PRODUCTION
from tests.alertmanager.conftest import DEMO, Tool


@pytest.mark.parametrize("service", [names.JOB_SERVICE, names.JOB_CONTROLLER, "another"])
@pytest.mark.parametrize("severity", ["critical", "warning", "info", "unheard-of"])
def test_every_alert_reaches_the_controller_and_the_operators(
    severity: str, service: str, demo_folder: Path, amtool: Tool
) -> None:
    config = f"--config.file={demo_folder / 'alertmanager.yml'}"
    done = amtool("config", "routes", "test", config, f"severity={severity}", f"service={service}", "alertname=X")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().split(",") == [CONTROLLER, OPERATORS]


def test_the_controller_is_told_at_once_and_of_the_end() -> None:
    for timing, interval in ((PRODUCTION, "15s"), (DEMO, "1s")):
        document = alertmanager_document(Endpoints(controller=4711), timing)
        first = document["route"]["routes"][0]
        assert (first["receiver"], first["continue"]) == (CONTROLLER, True)
        assert "matchers" not in first
        assert (first["group_wait"], first["group_interval"]) == ("1s", interval)
        receiver = next(one for one in document["receivers"] if one["name"] == CONTROLLER)
        assert receiver["webhook_configs"] == [
            {"url": f"http://127.0.0.1:4711{names.WEBHOOK_PATH}", "send_resolved": True, "max_alerts": 0}
        ]


def test_receivers_and_routes_agree() -> None:
    document = alertmanager_document(DEFAULT_ENDPOINTS, PRODUCTION)
    used = {document["route"]["receiver"], *(route["receiver"] for route in document["route"]["routes"])}
    assert used == {receiver["name"] for receiver in document["receivers"]}


def test_people_hear_less_often_of_what_matters_less() -> None:
    routes = alertmanager_document(DEFAULT_ENDPOINTS, PRODUCTION)["route"]["routes"][1:]
    repeats = [int(route["repeat_interval"].removesuffix("s")) for route in routes]
    assert repeats == sorted(repeats)
    assert len(set(repeats)) == len(repeats)


def test_a_critical_alert_mutes_warnings_of_its_own_subject_only() -> None:
    rule = alertmanager_document(DEFAULT_ENDPOINTS, PRODUCTION)["inhibit_rules"][0]
    assert rule == {
        "source_matchers": ['severity="critical"'],
        "target_matchers": ['severity="warning"'],
        "equal": ["service", "component"],
    }


def test_hostile_matcher_values_are_quoted_for_alertmanager(tmp_path: Path, amtool: Tool) -> None:
    value = 'a"b\\c\n{d},é=~'
    document = alertmanager_document(DEFAULT_ENDPOINTS, PRODUCTION)
    document["route"]["routes"][1]["matchers"] = matchers((("severity", value),))
    path = tmp_path / "alertmanager.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    done = amtool("check-config", path)
    assert done.returncode == 0, done.stderr
    done = amtool("config", "routes", "show", f"--config.file={path}")
    assert r"a\"b\\c\n{d},é=~" in done.stdout
