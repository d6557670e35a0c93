"""A service that is not ours, from its own folder of examples, with a real Prometheus: nothing in it is VVTV's."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stack.shop import VVTVCTL, Shop, open_shop

pytestmark = [pytest.mark.stack, pytest.mark.slow(260)]

HISTORY = 53  # samples that hold the 50 increments of history that its configuration asks for


def _wait_for_history(prometheus: str) -> None:
    query = "min(count_over_time(checkout_visitors_total[5m]))"
    for _ in range(160):
        found = requests.get(f"{prometheus}/api/v1/query", {"query": query}, timeout=30).json()["data"]["result"]
        if found and int(found[0]["value"][1]) >= HISTORY:
            return
        time.sleep(0.5)
    raise AssertionError("the service is not scraped once a second")


def _ctl(shop: Shop, *arguments: str) -> tuple[int, Any]:
    """Run vvtvctl; return its exit code and its JSON."""
    place = ("--config", str(shop.layout.autopilot), "--state", str(shop.layout.root))
    command = (*VVTVCTL, *arguments, *place, "--json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.timeout(360)
def test_a_service_of_its_own_is_piloted_from_its_yaml_alone(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _wait_for_history(shop.endpoints.url("prometheus"))
        code, end = _ctl(shop, "autopilot", "run-once", "--reason", "test", "--yes", "--set", "discount=0.2")
        assert (code, end["outcome"]) == (0, "promoted"), end
        code, end = _ctl(shop, "autopilot", "run-once", "--reason", "test", "--yes", "--set", "suggestions=12")
        assert (code, end["outcome"]) == (7, "rolled_back"), end
        assert ": harm: " in end["reason"]
        _, status = _ctl(shop, "autopilot", "status")
        assert status["values"] == {"discount": 0.2, "suggestions": 6, "layout": "list"}
        live = json.loads(shop.layout.live_parameters.read_text(encoding="utf-8"))
        assert live["version"] == status["version"]
        code, sound = _ctl(shop, "autopilot", "verify")
        assert (code, sound["versions"]) == (0, 4)  # first values, a canary, the promoted values, another canary
        code, found = _ctl(shop, "metrics", "query", "conversion", "--last", "2m")
        assert code == 0
        assert {series["labels"]["variant"] for series in found["series"]} == {"canary", "baseline", "control"}
        exposed = requests.get(f"{shop.endpoints.url('service')}/metrics", timeout=30).text
    assert 'checkout_parameter_errors_total{reason="invalid"}' not in exposed
    assert "vvtv" not in exposed
