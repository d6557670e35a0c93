"""The whole machine: order of the steps, requests, the schedule, rollbacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from exporter.parameters import Values
from tests.controller.world import BAD, World

ORDER = (
    *("controller_started", "adopted", "config_loaded", "cycle_requested", "cycle_started", "observed", "analysed"),
    *("proposed", "validated", "canary_started", "canary_looked", "decided", "applied", "measured", "cycle_ended"),
)


def _kinds(world: World) -> list[str]:
    return [event.payload.kind for event in world.read()]


def test_a_good_change_goes_through_every_step_in_order_and_is_promoted(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    assert tuple(dict.fromkeys(_kinds(world))) == ORDER
    assert end.outcome == "promoted"
    assert "benefit" in end.reason
    live = world.live.require()
    assert live.canary is None
    assert {values["price"] for values in live.arms.values()} == {1.2}
    assert live.version == autopilot.state.version == world.events(ev.Applied)[0].version
    assert world.journal.verify() == len(world.read())


def test_a_bad_change_is_rolled_back_before_its_planned_end(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    before = world.live.require()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    assert end.outcome == "rolled_back"
    assert "harm" in end.reason
    assert world.live.require().version == before.version
    exposed = sum(window.seconds for window in autopilot.state.exposures)
    assert 10 <= exposed < 30 < world.config.canary.duration


def test_only_the_canary_arm_ever_sees_the_proposed_values(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    live = world.live.require()
    assert {arm: values["price"] for arm, values in live.arms.items()} == {"canary": 1.2, "baseline": 1, "control": 1}
    assert live.canary == "cycle-1"
    assert live.expires_at == world.events(ev.CanaryStarted)[0].expires_at == autopilot.state.last_at + 15
    assert live.version == world.events(ev.CanaryStarted)[0].version


def test_idle_without_a_schedule_nothing_happens(world: World) -> None:
    autopilot = world.controller()
    world.let_pass(autopilot, 500)
    assert _kinds(world) == ["controller_started", "adopted", "config_loaded"]


@pytest.fixture
def daily(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path, schedule={"cycle": "daily 03:00"})
    yield found
    found.close()


def test_the_schedule_starts_one_cycle_a_day(daily: World) -> None:
    daily.evidence.level = None  # every cycle is held at once
    autopilot = daily.controller()
    daily.now = 3 * 86400.0 * 10000 + 3 * 3600.0 - 30
    daily.let_pass(autopilot, 20)
    assert daily.events(ev.CycleStarted) == []
    daily.let_pass(autopilot, 20)
    assert [item.trigger for item in daily.events(ev.CycleStarted)] == ["schedule"]
    daily.let_pass(autopilot, 600)
    assert len(daily.events(ev.CycleStarted)) == 1
    daily.now += 86400
    daily.let_pass(autopilot, 10)
    assert [item.cycle for item in daily.events(ev.CycleStarted)] == [1, 2]


def test_a_pause_keeps_cycles_from_starting_and_a_request_waits_for_its_end(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.PauseRequested(reason="release day"))
    world.request()
    world.let_pass(autopilot, 30)
    assert autopilot.state.phase == "idle"
    world.submit(ev.ResumeRequested())
    world.drive(autopilot, lambda state: state.phase == "observing", seconds=2)


def test_a_rollback_brings_the_values_of_an_old_version_back(world: World) -> None:
    autopilot = world.controller()
    first = world.live.require().version
    world.request(price=1.2)
    world.to_end(autopilot)
    world.submit(ev.RollbackRequested(version=first, values={"price": 1.0, "batch": 5}, reason="worse at noon"))
    world.step(autopilot)
    done = world.events(ev.RolledBack)[0]
    assert (done.version, done.values, done.reason) == (first, {"price": 1.0, "batch": 5}, "worse at noon")
    assert world.live.require().version == first
    assert autopilot.state.wanted == ()
    world.let_pass(autopilot, 5)
    assert len(world.events(ev.RolledBack)) == 1


@pytest.mark.parametrize("phase", ["observing", "validating", "canary", "applying", "measuring"])
def test_a_rollback_aborts_the_cycle_whatever_it_is_doing(world: World, phase: str) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    if phase == "canary":
        world.to_canary(autopilot, seconds=7)
    world.to_phase(autopilot, phase)
    world.submit(ev.RollbackRequested(version="0" * 64, values={"price": 0.9, "batch": 3}, reason="stop this"))
    world.step(autopilot)
    assert world.live.require().canary is None
    world.step(autopilot)
    assert world.events(ev.CycleEnded)[0].outcome == "aborted"
    assert "stop this" in world.events(ev.CycleEnded)[0].reason
    assert autopilot.state.cycle is None
    assert {(v["price"], v["batch"]) for v in world.live.require().arms.values()} == {(0.9, 3)}


def test_a_rollback_is_served_while_paused(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.PauseRequested(reason="night"))
    world.submit(ev.RollbackRequested(version="0" * 64, values={"price": 0.9, "batch": 3}, reason="now"))
    world.step(autopilot)
    assert autopilot.state.values == {"price": 0.9, "batch": 3}


@pytest.mark.parametrize(
    "values", [{"price": 9.0, "batch": 3}, {"price": float("nan")}, {"price": 1.0, "batch": 3, "x": 1}]
)
def test_a_rollback_to_values_that_are_not_allowed_changes_nothing(world: World, values: Values) -> None:
    autopilot = world.controller()
    before = world.live.require()
    world.submit(ev.RollbackRequested(version="0" * 64, values=values, reason="old"))
    world.step(autopilot)
    (refused,) = world.events(ev.RequestRefused)
    assert refused.what == "rollback to 000000000000"
    assert "hard bounds hold whatever is forced" in refused.reason
    assert world.live.require() == before
