"""The first autopilot.yaml: valid whatever was found, and nothing found can break out of a comment."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.config_file import parse_config
from controller.errors import ConfigError
from controller.setup.candidates import Candidate
from controller.setup.first_file import Parameter, Plan, duration, guardrails, read_parameter, written
from controller.setup.ranking import Ranked
from exporter.metric import Direction


def candidate(name: str = "sales", source: str = "sales_total", why: str = "because", detects: float = 0.01) -> Ranked:
    """Return a ranked candidate."""
    reading = {"events": {"metric": source}, "trials": {"metric": "visits_total"}}
    one = Candidate(name, "ratio", reading, Direction.HIGHER, sure=False, unit="ratio", level=0.3, why=why)
    return Ranked(one, 0.3, detects, "", 0.015)


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


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("price=0.5:1.5:1.0", Parameter("price", "float", 1.0, 0.5, 1.5, 0.05)),
        ("retries=0:5:1", Parameter("retries", "int", 1, 0, 5, 1)),
        ("retries=0:100:1:7", Parameter("retries", "int", 1, 0, 100, 7)),
        ("layout=list|grid:grid", Parameter("layout", "choice", "grid", choices=("list", "grid"))),
    ],
)
def test_parameters_are_read(text: str, wanted: Parameter) -> None:
    assert read_parameter(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "price",
        "price=",
        "=0:1:0",
        "Price=0:1:0",
        "p=1:0:1",
        "p=0:1:2",
        "p=0:nan:1",
        "p=a|b:c",
        "p=0:1",
        "p=0:1:0:1:1",
        "p=0:inf:0",
    ],
)
def test_a_parameter_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="--parameter"):
        read_parameter(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.5, "500ms"), (1, "1s"), (90, "90s"), (300, "5m"), (3600, "1h"), (86400, "24h"), (172800, "2d")],
)
def test_durations_are_written_as_one_would(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_guardrails_are_read_from_other_metrics_than_the_primary_and_are_seen() -> None:
    primary = candidate()
    same, blind, other = (
        candidate("same"),
        candidate("blind", "blind_total", detects=math.nan),
        candidate("x", "x_total"),
    )
    assert guardrails(primary, (primary, same, blind, other)) == (other,)
