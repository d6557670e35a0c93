"""Incidents whose end was missed."""

from __future__ import annotations

from controller.adapters.answer import UnreachableError
from controller.journal import event as ev
from tests.controller.world import World


def test_an_incident_is_believed_until_prometheus_has_long_said_otherwise(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.fire()
    world.let_pass(autopilot, 59)
    assert list(autopilot.state.incidents) == ["f1"]
    world.let_pass(autopilot, 3)
    assert autopilot.state.incidents == {}
    assert world.events(ev.AlertResolved)[0].source == "prometheus"
    assert world.to_end(autopilot).outcome == "promoted"


def test_one_that_still_fires_stays_open(world: World) -> None:
    autopilot = world.controller()
    world.evidence.alerts = ("Down",)
    world.request(price=1.2)
    world.fire("Down", "f1")
    world.fire("Late", "f2")
    world.now += 61
    world.drive(autopilot, lambda state: state.cycle is None and state.cycles == 1)
    assert list(autopilot.state.incidents) == ["f1"]
    assert autopilot.state.last_outcome == "held"


def test_while_prometheus_is_away_nobody_knows_better(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.fire()
    world.evidence.error = UnreachableError("gone")
    world.let_pass(autopilot, 100)
    assert list(autopilot.state.incidents) == ["f1"]
    world.evidence.error = None
    world.let_pass(autopilot, 2)
    assert autopilot.state.incidents == {}
