"""What people and programs are shown of pauses, drift, jobs, and what comes next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from controller.adapters.answer import UnreachableError
from controller.cli.autopilot.status_page import headline, show
from controller.journal import event as ev
from controller.journal.state import State
from controller.view import status as view
from tests.controller.running import strict_json
from tests.controller.world import World, configuration

DAILY = configuration(schedule={"cycle": "daily 03:00"})


def _shown(state: State, now: float, **changes: Any) -> Any:
    found = {**view.status(state, holder="host:1", now=now, config=DAILY), **changes}
    return strict_json(json.dumps(found))


def _state(world: World, *payloads: ev.Payload) -> State:
    for payload in payloads:
        world.submit(payload)
    return world.state()


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    found = World(tmp_path_factory.mktemp("world"))
    yield found
    found.close()


def test_pauses_are_shown_with_who_why_and_until_when(world: World) -> None:
    world.controller()
    until = world.now + 7200
    state = _state(
        world, ev.PauseRequested(reason="release", until=until), ev.EmergencyPauseRequested(reason="[/red] fire")
    )
    shown = _shown(state, world.now + 90)
    assert shown["emergency"] is True
    assert [(one["cause"], one["actor"], one["until"]) for one in shown["pauses"]] == [
        ("emergency", "ann", None),
        ("operator", "ann", until),
    ]
    assert shown["paused"] == "emergency pause by ann: [/red] fire"
    said = headline(shown, world.now + 90)
    assert said.startswith("EMERGENCY PAUSE by ann, 1 min 30 s ago: [/red] fire. Every arm has control values")
    assert '`vvtvctl autopilot resume --reason "..."`' in said
    calmer = _shown(
        _state(world, ev.ResumeRequested(reason="x"), ev.PauseRequested(reason="release", until=until)), world.now
    )
    held = headline(calmer, world.now)
    assert held.startswith("PAUSED: pause by ann, 0 s ago, until 1970-")
    assert " UTC, in 2 h: release. " in held


def test_the_next_cycle_and_what_waits_are_shown(world: World) -> None:
    world.controller()
    state = _state(
        world,
        ev.CycleRequested(reason="now"),
        ev.DeployRequested(values={"price": 1.1}, reason="sale"),
        ev.BoundsAdjustRequested(parameter="price", low=0.6, high=1.4, reason="room"),
        ev.JobRequested(job="triage", reason="monday"),
    )
    shown = _shown(state, world.now)
    assert shown["next_cycle"]["schedule"] == "daily 03:00"
    assert shown["next_cycle"]["at"] % 86400 == 3 * 3600
    assert shown["requested"]["actor"] == "ann"
    assert shown["wanted"][0]["what"] == "deployment of price = 1.1"
    assert shown["bounds_wanted"][0]["parameter"] == "price"
    assert next(job for job in shown["jobs"] if job["job"] == "triage")["wanted"]["reason"] == "monday"
    assert headline(shown, world.now).startswith("Idle; the next cycle starts at 1970-")
    assert "NO CONTROLLER IS RUNNING" in headline({**shown, "controller": None}, world.now)


def test_a_state_before_anything_and_a_schedule_that_is_not_known_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = strict_json(json.dumps(view.status(State(), holder=None, now=0.0)))
    assert shown["next_cycle"] == {"at": None, "schedule": None, "held_by": None}
    show(shown, 0.0)
    assert "when the next cycle starts is not known here" in " ".join(capsys.readouterr().out.split())


def test_what_a_step_waits_for_is_said_until_it_goes_on(world: World) -> None:
    autopilot = world.controller()
    world.evidence.error = UnreachableError("http://localhost:9090: refused")
    world.request()
    world.to_phase(autopilot, "observing")
    world.let_pass(autopilot, 3)
    said = headline(_shown(autopilot.state, world.now), world.now)
    assert said.startswith("Cycle 1 is under way: observing. IT CANNOT GO ON since 1970-01-12 13:46:40 UTC")
    assert said.endswith("gives up at 1970-01-12 13:47:10 UTC, in 25 s (http://localhost:9090: refused).")
    world.evidence.error = None
    world.to_phase(autopilot, "analysing")
    assert "CANNOT" not in headline(_shown(autopilot.state, world.now), world.now)


def test_what_runs_and_what_fires_is_said_first(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    assert headline(_shown(autopilot.state, world.now), world.now) == (
        "Cycle 1 is under way: canary, trying price 1.0 -> 1.2."
    )
    world.fire()
    autopilot.refresh()
    assert headline(_shown(autopilot.state, world.now), world.now).startswith(
        "INCIDENT: Down fires, the canary is held"
    )
