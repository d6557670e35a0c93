"""`vvtvctl autopilot validate`: a configuration, what holds of values and bounds, and what could be proposed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.controller.cli.terminal import Terminal
from tests.controller.running import place, quick, running
from tests.controller.world import settings


def found(terminal: Terminal, *arguments: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    """Return the exit code, and what was found by check."""
    result = terminal.autopilot("validate", *arguments, "--json")
    checks: dict[str, list[dict[str, Any]]] = {}
    for one in result.json()["checks"]:
        checks.setdefault(one["check"], []).append(one)
    return result.code, checks


def test_a_sound_configuration_is_valid_without_anybody_being_asked(terminal: Terminal) -> None:
    code, checks = found(terminal)
    assert code == 0
    assert checks["configuration"][0]["found"].endswith("is valid: service shop, 2 KPIs, 2 parameters")
    assert "price: 1, default; sliding [0.5, 1.5] of hard [0.5, 1.5]" in checks["bounds"][1]["found"]
    assert checks["schedule"][0]["found"] == "cycle: never by itself"
    assert checks["queries"][0]["mark"] in ("ok", "skipped")
    assert checks["journal"][0]["mark"] == "skipped"


def test_with_a_journal_it_is_verified(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)):
        pass
    code, checks = found(terminal)
    assert (code, checks["journal"][0]["mark"]) == (0, "ok")
    (place(terminal.state).parameters).write_text("{}", encoding="utf-8")
    code, checks = found(terminal)
    assert (code, checks["journal"][0]["mark"]) == (1, "fail")


@pytest.mark.parametrize(
    ("value", "limit", "said"),
    [
        ("price=9", "hard", "outside hard bounds"),
        ("price=1.4", "max_step", "is a step of 0.4"),
        ("price=1.05", None, "inside every limit"),
        ("batch=8", "max_step", "a step of 3"),
    ],
)
def test_values_are_held_to_every_limit_of_a_proposal(
    terminal: Terminal, value: str, limit: str | None, said: str
) -> None:
    code, checks = found(terminal, "--set", value)
    (proposed,) = checks["proposed values"]
    assert (code, said in proposed["found"]) == (0 if limit is None else 1, True)
    assert proposed["figures"].get("limit") == limit


@pytest.mark.parametrize("value", ["prise=1", "price", "batch=1.5", "price=high", "=1"])
def test_values_that_are_none_are_told(terminal: Terminal, value: str) -> None:
    result = terminal.autopilot("validate", "--set", value)
    assert (result.code, "--set" in result.error()) == (2, True)


def test_a_value_in_force_outside_new_bounds_is_told_before_it_is_moved(terminal: Terminal) -> None:
    with running(quick(), place(terminal.state)):
        pass
    narrow = settings()
    price = {**narrow["parameters"]["price"], "low": 1.2, "default": 1.3}
    narrow["parameters"] = {**narrow["parameters"], "price": price}
    terminal.config.write_text(yaml.safe_dump(narrow), encoding="utf-8")
    _, checks = found(terminal)
    assert checks["bounds"][1]["mark"] == "warn"
    assert "price: 1, in force, is not allowed any more: it will be moved to 1.2" in checks["bounds"][1]["found"]


def test_a_bound_that_is_no_bucket_is_told(terminal: Terminal) -> None:
    strange = settings()
    strange["metrics"] = [
        *strange["metrics"],
        {"name": "slow", "direction": "lower", "margin": 0.1, "share_above": {"metric": "x_seconds"}, "bound": "fast"},
    ]
    strange["kpis"] = {"primary": "conversion", "guardrails": ["slow"]}
    terminal.config.write_text(yaml.safe_dump(strange), encoding="utf-8")
    code, checks = found(terminal)
    assert (code, checks["queries"][0]["found"]) == (1, "slow: bound 'fast' is no bucket")


def test_a_configuration_that_cannot_be_read_ends_with_2(terminal: Terminal) -> None:
    terminal.config.write_text("service: [", encoding="utf-8")
    assert terminal.autopilot("validate").code == 2


def test_without_prometheus_all_else_is_still_told(terminal: Terminal) -> None:
    code, checks = found(terminal, "--online")
    assert (code, checks["data"][0]["mark"], checks["configuration"][0]["mark"]) == (3, "fail", "ok")


def test_people_read_marks_and_advice(terminal: Terminal, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    terminal.config.write_text(
        yaml.safe_dump(settings(golden={"callable": "components.planner.planner:select_case", "cases": str(cases)})),
        encoding="utf-8",
    )
    result = terminal.autopilot("validate")
    assert result.code == 1
    assert "fail" in result.out
    assert "-> mend the section golden" in result.out
    assert "not valid: " in result.out
