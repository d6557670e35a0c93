"""Configuration -> adapters."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from controller import wiring
from controller.connection import connection
from controller.errors import ConfigError
from controller.gates.golden import GoldenGate, OpenGate
from controller.journal.store import Journal
from controller.live_store import live_store
from controller.place import Place
from tests.controller.world import configuration, settings


def test_paths_are_below_the_state_folder_except_the_live_file() -> None:
    place = Place(Path("state"), Path("elsewhere/live.json"))
    assert (place.journal, place.history) == (Path("state/journal.db"), Path("state/history"))


def test_every_setting_of_the_connection_reaches_prometheus() -> None:
    section = {
        "url": "https://prom/prefix",
        "timeout": "3s",
        "retries": 5,
        "tls": {"ca": "ca.pem", "cert": "cert.pem", "key": "key.pem"},
        "auth": {"bearer_file": "token"},
        "headers": {"X-Scope-OrgID": "shop"},
    }
    found = connection(configuration(prometheus=section))
    assert (found.url, found.timeout, found.retries) == ("https://prom/prefix", 3.0, 5)
    assert (found.ca, found.cert, found.key) == (Path("ca.pem"), Path("cert.pem"), Path("key.pem"))
    assert (found.username, found.password_file, found.bearer_file) == (None, None, Path("token"))
    assert found.headers == {"X-Scope-OrgID": "shop"}


def test_without_golden_cases_the_gate_stands_open_and_says_so() -> None:
    gate = wiring.gate(configuration())
    assert isinstance(gate, OpenGate)
    assert gate.run({"price": 1.0}).cases == 0


def test_golden_cases_are_loaded_when_they_are_configured(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("cases: [{name: one, input: {}, parameters: {price: 1.0}, expect: {count: 2}}]\n")
    base = configuration()
    section = {"callable": "builtins:sorted", "cases": str(cases), "folder": str(tmp_path)}
    golden = type(base).model_validate({**settings(), "golden": section})
    gate = wiring.gate(golden)
    assert isinstance(gate, GoldenGate)
    assert "expected 2 items, got 1" in gate.run({"price": 1.0}).failures[0]
    wrong = type(base).model_validate({**settings(), "golden": {**section, "callable": "builtins:nope"}})
    with pytest.raises(ConfigError, match="cannot be loaded"):
        wiring.gate(wrong)


def test_a_controller_and_its_metrics_are_put_together(tmp_path: Path) -> None:
    place, registry = Place(tmp_path, tmp_path / "live.json"), CollectorRegistry()
    with Journal(place.journal, "writer") as journal:
        autopilot, telemetry = wiring.autopilot(configuration(), place, journal, registry)
        autopilot.start(1.0)
        telemetry.show(autopilot.state)
    live = live_store(configuration(), place).current()
    assert live is not None
    assert live.version == autopilot.state.version
    assert registry.get_sample_value("vvtv_autopilot_journal_events") == 3
