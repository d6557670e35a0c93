"""Observe and analyse: what keeps a cycle from going on."""

from __future__ import annotations

import re

import pytest

from controller.adapters.answer import PrometheusError, RejectedError, UnreachableError
from controller.cycle.observe import aims
from controller.journal import event as ev
from tests.controller.world import World, configuration


def test_levels_and_findings_stand_in_the_journal(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "proposing")
    assert [(item.kpi, item.level, item.earlier) for item in world.events(ev.Observed)[0].observations] == [
        ("conversion", 1.0, 1.0),
        ("latency", 1.0, 1.0),
    ]
    analysed = world.events(ev.Analysed)[0]
    assert re.match(r"conversion is 1 \+- 0\.00\d+, 1 in the window before$", analysed.findings[0])
    assert {(found.kpi, found.kind) for found in analysed.details} == {
        (kpi, kind) for kpi in ("conversion", "latency") for kind in ("level", "trend", "season")
    }
    assert all(0 <= found.confidence <= 1 for found in analysed.details)


def test_a_trend_the_wrong_way_is_told_and_worth_a_change(world: World) -> None:
    world.evidence.slope = -0.01
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "proposing")
    analysed = world.events(ev.Analysed)[0]
    assert "falls by 0.6 over the window, the wrong way" in analysed.findings[0]
    assert analysed.findings[-1] == "worth a change: conversion"
    assert [found.kpi for found in analysed.details if found.kind == "opportunity"] == ["conversion"]


@pytest.mark.parametrize("error", [UnreachableError("gone"), RejectedError("too much")])
def test_a_course_that_cannot_be_read_leaves_the_levels_and_says_so(world: World, error: PrometheusError) -> None:
    world.evidence.untold = error
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "proposing")
    assert world.events(ev.Analysed)[0].findings == (
        "conversion is 1, 1 in the window before",
        "latency is 1, 1 in the window before",
        f"how the KPIs went cannot be read, levels alone: {error}",
    )
    waited = world.now - next(event.at for event in world.read() if isinstance(event.payload, ev.Observed))
    assert (waited > 30) is isinstance(error, UnreachableError)


def test_goal_and_bands_come_from_the_configuration() -> None:
    found = aims(configuration(kpis={"goal": 1.2, "utility": {"latency": {"weight": 1, "band": [1, 2]}}}))
    assert (found.goal, dict(found.bands)) == (1.2, {"latency": (1.0, 2.0)})


def test_an_alert_that_prometheus_fires_holds_the_cycle(world: World) -> None:
    world.evidence.alerts = ("Down", "Late")
    autopilot = world.controller()
    world.request()
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason) == ("held", "Down, Late fires: no change is tried during an incident")


def test_an_incident_that_was_reported_holds_the_cycle(world: World) -> None:
    autopilot = world.controller()
    world.fire()
    world.request()
    assert world.to_end(autopilot).outcome == "held"
    assert list(autopilot.state.incidents) == ["f1"]


def test_an_incident_whose_end_was_missed_does_not(world: World) -> None:
    autopilot = world.controller()
    world.fire()
    world.let_pass(autopilot, 61)
    world.request()
    world.to_phase(autopilot, "proposing")
    assert [item.source for item in world.events(ev.AlertResolved)] == ["prometheus"]


@pytest.mark.parametrize("role", ["primary", "guardrail"])
def test_only_a_primary_kpi_without_level_holds_the_cycle(world: World, role: str) -> None:
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "observing")
    if role == "primary":
        world.evidence.level = None
        assert world.to_end(autopilot).reason.startswith("conversion, the primary KPI, has no level")
    else:
        world.evidence.judged = world.evidence.judged[:1]
        world.to_phase(autopilot, "proposing")
        assert world.events(ev.Analysed)[0].findings[1] == "latency: no level to be seen (missing)"


def test_a_prometheus_that_comes_back_in_time_is_waited_for(world: World) -> None:
    autopilot = world.controller()
    world.evidence.error = UnreachableError("gone")
    world.request()
    world.let_pass(autopilot, 25)
    assert autopilot.state.phase == "observing"
    world.evidence.error = None
    assert world.to_end(autopilot).outcome == "promoted"
