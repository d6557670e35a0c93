"""The first autopilot.yaml: valid whatever was found, and nothing found can break out of a comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.config_file import parse_config
from controller.errors import ConfigError
from controller.setup.first_file import Plan, written
from controller.setup.parameter import read_parameter
from tests.controller.setup.found import candidate


def plan(**changes: object) -> Plan:
    """Return a plan."""
    usual: dict[str, object] = {
        "url": "http://127.0.0.1:9090",
        "job": "shop",
        "interval": 15.0,
        "primary": candidate(),
        "guardrails": (),
        "others": (candidate("other"),),
        "parameters": (read_parameter("price=0:2:1"),),
        "exposed": {},
        "notes": (),
        "today": "2026-01-01",
    }
    return Plan(**{**usual, **changes})  # type: ignore[arg-type]  # each has its field's own type


@settings(max_examples=25)
@given(st.text(), st.text(), st.text())
def test_whatever_labels_hold_the_file_is_valid_and_says_it(job: str, why: str, note: str) -> None:
    text = written(plan(job=f"j{job}", primary=candidate(why=why), notes=(note,)))
    read = parse_config(text, Path("first.yaml"))
    assert read.prometheus.selector == {"job": f"j{job}"}
    assert read.judged[0].kpi.name == "sales"


@pytest.mark.parametrize("interval", [0.5, 1, 15, 60, 300, 3600])
def test_it_is_valid_at_any_scrape_interval(interval: float) -> None:
    read = parse_config(written(plan(interval=interval)), Path("first.yaml"))
    assert read.prometheus.scrape_interval == interval
    assert read.policy.planned * interval <= read.canary.duration * 1.001 or read.policy.planned == 40


def test_without_parameters_it_says_how_to_write_them() -> None:
    text = written(plan(parameters=()))
    assert "  # retries: {kind: int, low: 0, high: 5" in text
    with pytest.raises(ConfigError, match="parameters"):
        parse_config(text, Path("first.yaml"))
    parse_config(text.replace("  # retries", "  retries"), Path("first.yaml"))
