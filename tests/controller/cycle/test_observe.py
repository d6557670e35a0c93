"""Observe and analyse: what keeps a cycle from going on."""

from __future__ import annotations

import pytest

from controller.adapters.answer import UnreachableError
from controller.journal import event as ev
from tests.controller.world import World


def test_levels_and_findings_stand_in_the_journal(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "proposing")
    assert [(item.kpi, item.level, item.earlier) for item in world.events(ev.Observed)[0].observations] == [
        ("conversion", 1.0, 1.0),
        ("latency", 1.0, 1.0),
    ]
    assert world.events(ev.Analysed)[0].findings[0] == "conversion is 1, 1 in the window before"


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
