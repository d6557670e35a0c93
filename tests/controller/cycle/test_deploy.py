"""An operator's rollbacks and deployments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from controller.autopilot import Autopilot
from controller.cycle import deploy
from controller.cycle.deploy import allowed
from controller.journal import event as ev
from controller.journal.state import State
from tests.controller.world import SETTINGS, World, configuration

STATE = State(seq=2, values={"price": 1.0, "batch": 5}, version="v")


def _deploy(*, force: bool = False, **values: float) -> ev.DeployRequested:
    return ev.DeployRequested(values=dict(values), reason="it burns", force=force)


def _rollback(*, force: bool = False, **values: float) -> ev.RollbackRequested:
    return ev.RollbackRequested(version="f" * 64, values=dict(values), reason="back", force=force)


def _served(world: World, autopilot: Autopilot) -> State:
    """Step until every request is answered."""
    world.step(autopilot)
    return world.drive(autopilot, lambda state: not state.wanted)


def test_a_deployment_is_in_force_without_a_canary_and_says_who_and_what_the_golden_cases_said(world: World) -> None:
    autopilot = world.controller()
    world.submit(_deploy(price=1.1))
    state = _served(world, autopilot)
    (done,) = world.events(ev.Deployed)
    assert (done.values, done.by, done.golden) == ({"price": 1.1, "batch": 5}, "ann", "3 cases passed in 0.01 s")
    assert done.request == next(e.seq for e in world.read() if isinstance(e.payload, ev.DeployRequested))
    assert world.gate.asked == [{"price": 1.1, "batch": 5}]
    live = world.live.require()
    assert live.version == done.version == state.version
    assert live.canary is None
    assert {arm["price"] for arm in live.arms.values()} == {1.1}
    assert world.live.history[live.version] == "deployed without a canary by ann: it burns"


@pytest.mark.parametrize("request_", [_deploy(price=1.1), _rollback(price=1.1)], ids=["deploy", "rollback"])
def test_a_canary_under_way_is_aborted_first(world: World, request_: ev.DeployRequested | ev.RollbackRequested) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.submit(request_)
    _served(world, autopilot)
    (end,) = world.events(ev.CycleEnded)
    assert end.outcome == "aborted"
    assert end.reason.startswith(f"{deploy.title(request_)} by ann: ")
    assert world.live.require().arms["canary"]["price"] == 1.1


def test_what_is_refused_does_not_end_a_canary(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.gate.failures = ("case 3: b before a",)
    world.submit(_deploy(price=1.1))
    state = _served(world, autopilot)
    (refused,) = world.events(ev.RequestRefused)
    assert refused.reason == "golden cases failed: case 3: b before a; --force goes past them"
    assert (refused.what, refused.by) == ("deployment of price = 1.1", "ann")
    assert state.cycle is not None
    assert not world.events(ev.CycleEnded)


def test_a_forced_deployment_does_not_ask_the_golden_cases(world: World) -> None:
    autopilot = world.controller()
    world.gate.failures = ("case 3: b before a",)
    world.submit(_deploy(force=True, price=1.1))
    _served(world, autopilot)
    (done,) = world.events(ev.Deployed)
    assert (done.golden, world.gate.asked) == ("not asked: forced", [])


def test_a_rollback_does_not_ask_them_either(world: World) -> None:
    autopilot = world.controller()
    world.submit(_rollback(price=1.1))
    _served(world, autopilot)
    assert (len(world.events(ev.RolledBack)), world.gate.asked) == (1, [])


def test_requests_that_wait_together_are_answered_in_their_order(world: World) -> None:
    autopilot = world.controller()
    for payload in (_deploy(price=1.1), _deploy(price=9.0), _rollback(price=0.9), _deploy(batch=7)):
        world.submit(payload)
    state = _served(world, autopilot)
    answers = [e.payload for e in world.read() if getattr(e.payload, "request", None) is not None]
    assert [answer.kind for answer in answers] == ["deployed", "request_refused", "rolled_back", "deployed"]
    asked = [e.seq for e in world.read() if e.payload.kind in ("deploy_requested", "rollback_requested")]
    assert [getattr(answer, "request", None) for answer in answers] == asked
    assert state.values == {"price": 0.9, "batch": 7}


def test_bounds_that_were_asked_for_before_come_before_and_hold_it(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.BoundsAdjustRequested(parameter="price", low=0.8, high=1.1, reason="narrow"))
    world.submit(_rollback(price=1.2))
    world.submit(ev.BoundsAdjustRequested(parameter="batch", low=2, high=8, reason="later"))
    world.submit(_rollback(price=1.05))
    _served(world, autopilot)
    answers = (ev.BoundsAdjusted, ev.RequestRefused, ev.RolledBack)
    found = [event.payload for event in world.read() if isinstance(event.payload, answers)]
    assert [type(payload) for payload in found] == [
        ev.BoundsAdjusted,
        ev.RequestRefused,
        ev.BoundsAdjusted,
        ev.RolledBack,
    ]
    (refused,) = world.events(ev.RequestRefused)
    assert "1.1" in refused.reason
    assert world.live.require().arms["control"]["price"] == 1.05


def test_bounds_that_wait_for_the_end_of_a_cycle_come_before_the_rollback_that_ends_it(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.submit(ev.BoundsAdjustRequested(parameter="price", low=0.8, high=1.2, reason="narrow"))
    world.submit(_rollback(price=1.1))
    _served(world, autopilot)
    (ended,), (moved,), (back,) = (
        world.events(ev.CycleEnded),
        world.events(ev.BoundsAdjusted),
        world.events(ev.RolledBack),
    )
    order = [event.payload for event in world.read() if event.payload in (ended, moved, back)]
    assert order == [ended, moved, back]


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"price": 9.0}, "hard bounds hold whatever is forced"),
        ({"price": float("nan")}, "hard bounds hold whatever is forced"),
        ({"prise": 1.0}, "did you mean 'price'"),
    ],
)
def test_hard_bounds_hold_and_unknown_parameters_are_refused_whatever_is_forced(
    *, force: bool, values: dict[str, float], said: str
) -> None:
    config = configuration()
    for make in (_deploy, _rollback):
        found = allowed(config, STATE, make(force=force, **values), 0.0)
        assert isinstance(found, str)
        assert said in found


@pytest.mark.parametrize("make", [_deploy, _rollback])
def test_sliding_bounds_hold_unless_it_is_forced_and_a_step_of_any_size_may_be_made(
    make: Callable[..., ev.DeployRequested],
) -> None:
    config = configuration(
        parameters={"price": {**SETTINGS["parameters"]["price"], "bounds": {"low": 0.8, "high": 1.2}}}
    )
    refused = allowed(config, STATE, make(price=1.3), 0.0)
    assert refused == "price: 1.3 is outside the sliding bounds [0.8, 1.2]; --force goes beyond sliding bounds"
    assert allowed(config, STATE, make(force=True, price=1.3), 0.0) == {"price": 1.3, "batch": 5}
    assert allowed(config, STATE, make(price=1.2), 0.0) == {"price": 1.2, "batch": 5}


def test_what_is_in_force_already_is_no_deployment_but_a_rollback_writes_the_live_file_anew() -> None:
    assert allowed(configuration(), STATE, _deploy(price=1.0), 0.0) == "those values are in force already"
    assert allowed(configuration(), STATE, _rollback(price=1.0), 0.0) == STATE.values


def test_during_an_emergency_an_operators_changes_still_work_and_nothing_else_begins(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.submit(ev.EmergencyPauseRequested(reason="fire"))
    world.submit(_deploy(price=0.9))
    world.request(price=1.1)
    state = world.let_pass(autopilot, 20)
    assert state.emergency
    assert (state.values["price"], state.cycle, state.cycles) == (0.9, None, 1)
    assert world.live.require().canary is None


def test_a_cycle_that_was_asked_for_before_an_emergency_does_not_begin_after_it(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.submit(ev.EmergencyPauseRequested(reason="fire"))
    world.let_pass(autopilot, 5)
    world.submit(ev.ResumeRequested(reason="out"))
    state = world.let_pass(autopilot, 5)
    assert (state.cycles, state.requested, state.paused) == (0, None, None)
