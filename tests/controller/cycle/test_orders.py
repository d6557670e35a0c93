"""Orders about a canary: at every phase, across restarts, and while no controller runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from controller.autopilot import Autopilot
from controller.journal import event as ev
from controller.journal.event import CanaryOrder
from tests.controller.world import BAD, NONE, World

NAME = "cycle-1"
ORDERS: dict[str, CanaryOrder] = {
    "promoted": ev.CanaryApproved(canary=NAME, reason="we need it"),
    "rolled_back": ev.CanaryRejected(canary=NAME, reason="ugly"),
    "aborted": ev.CanaryAborted(canary=NAME, reason="wrong build"),
}
SAID = {
    "promoted": "approved by ann: we need it",
    "rolled_back": "rejected by ann: ugly",
    "aborted": "aborted by ann: wrong build",
}
OLD, NEW = 1.0, 1.2


def _prices(world: World) -> set[object]:
    return {values["price"] for values in world.live.require().arms.values()}


def _running(world: World) -> Autopilot:
    """Return a controller with a canary that has been looked at once, and shows nothing."""
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=NEW)
    world.to_canary(autopilot, seconds=7)
    return autopilot


def _check_end(world: World, autopilot: Autopilot, outcome: str) -> None:
    end = world.to_end(autopilot) if autopilot.state.cycle is not None else world.events(ev.CycleEnded)[-1]
    assert end.outcome == outcome
    assert end.reason.startswith(SAID[outcome])
    assert _prices(world) == {NEW if outcome == "promoted" else OLD}
    assert world.live.require().canary is None
    assert autopilot.state.orders == ()
    assert not world.events(ev.CanaryOrderRefused)
    assert world.journal.verify() == len(world.read())


@pytest.mark.parametrize("outcome", ORDERS)
def test_an_order_ends_a_running_canary_at_once_and_history_names_actor_and_reason(world: World, outcome: str) -> None:
    autopilot = _running(world)
    world.submit(ORDERS[outcome])
    request = len(world.read())
    world.step(autopilot)
    assert world.live.require().canary is None
    assert autopilot.state.phase == ("idle" if outcome == "aborted" else "applying")
    answers = [e.payload for e in world.read() if getattr(e.payload, "request", None) == request]
    assert len(answers) == 1
    _check_end(world, autopilot, outcome)
    if outcome != "aborted":
        (decided,) = world.events(ev.Decided)
        assert decided.verdict == ("proceed" if outcome == "promoted" else "rollback")
        assert decided.reasons[:2] == (SAID[outcome], "look 1 said undecided")
    assert autopilot.state.exposures


def _paused(world: World) -> None:
    world.submit(ev.PauseRequested(reason="lunch"))


def _lapsed(world: World) -> None:
    world.now += 20


def _blind(world: World) -> None:
    world.evidence.dark = True
    world.now += 5


@pytest.mark.parametrize("outcome", ORDERS)
@pytest.mark.parametrize("state", [_paused, _lapsed, _blind])
def test_a_canary_that_is_held_lapsed_or_blind_can_be_decided_too(
    world: World, outcome: str, state: Callable[[World], None]
) -> None:
    autopilot = _running(world)
    state(world)
    world.step(autopilot)
    world.submit(ORDERS[outcome])
    _check_end(world, autopilot, outcome)


def test_a_canary_that_nobody_has_looked_at_yet_can_be_approved(world: World) -> None:
    autopilot = world.controller()
    world.request(price=NEW)
    world.to_canary(autopilot)
    world.submit(ORDERS["promoted"])
    _check_end(world, autopilot, "promoted")
    assert world.events(ev.Decided)[0].reasons[1] == "nothing was seen of it yet"


def _refused(world: World, autopilot: Autopilot, order: CanaryOrder) -> str:
    """Give an order that must change nothing, and return why."""
    before = autopilot.state.cycle, autopilot.state.values, world.live.require().arms
    world.submit(order)
    world.step(autopilot)
    said = world.events(ev.CanaryOrderRefused)[-1]
    assert (said.by, said.canary) == ("ann", order.canary)
    assert repr((autopilot.state.cycle, autopilot.state.values, world.live.require().arms)) == repr(before)
    assert autopilot.state.orders == ()
    return said.reason


@pytest.mark.parametrize("outcome", ORDERS)
@pytest.mark.parametrize("phase", ["idle", "observing", "analysing", "proposing", "validating", "canary"])
def test_before_a_canary_begins_an_order_is_refused_with_what_is_under_way(
    world: World, phase: str, outcome: str
) -> None:
    autopilot = world.controller()
    if phase != "idle":
        world.request(price=NEW)
        world.to_phase(autopilot, phase)
    why = _refused(world, autopilot, ORDERS[outcome])
    assert why.startswith("canary cycle-1 is not under way: ")
    assert "idle" in why if phase == "idle" else f"cycle 1 is {phase}, its canary has not begun" in why


@pytest.mark.parametrize("outcome", ORDERS)
@pytest.mark.parametrize("phase", ["applying", "measuring", "learning"])
def test_what_is_decided_stays_decided(world: World, phase: str, outcome: str) -> None:
    autopilot = world.controller()
    world.request(price=NEW)
    world.to_phase(autopilot, phase)
    assert "is decided already: proceed" in _refused(world, autopilot, ORDERS[outcome])
    assert world.to_end(autopilot).outcome == "promoted"


@pytest.mark.parametrize("outcome", ORDERS)
def test_a_canary_that_meanwhile_ended_is_left_alone_and_the_refusal_says_so(world: World, outcome: str) -> None:
    autopilot = world.controller()
    world.request(price=NEW)
    world.to_end(autopilot)
    assert "the autopilot is idle; cycle 1 ended as promoted" in _refused(world, autopilot, ORDERS[outcome])
    world.request(price=1.3)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.number == 2 and s.cycle.canary))
    why = _refused(world, autopilot, ORDERS[outcome])
    assert why == "canary cycle-1 is not under way: cycle 2 is at its step 'canary' with canary cycle-2"


@pytest.mark.parametrize("outcome", ORDERS)
def test_a_canary_whose_last_look_shows_harm_is_rolled_back_whatever_is_ordered(world: World, outcome: str) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request(price=NEW)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.verdict == "rollback"))
    assert "has done harm and is being rolled back" in _refused(world, autopilot, ORDERS[outcome])
    assert world.to_end(autopilot).outcome == "rolled_back"
    assert "harm" in world.events(ev.Decided)[0].reasons[0]


@pytest.mark.parametrize(("outcome", "end"), [("promoted", "promoted"), ("rolled_back", "rolled_back")])
def test_a_benefit_that_was_seen_can_still_be_rejected_and_needs_no_approval(
    world: World, outcome: str, end: str
) -> None:
    autopilot = world.controller()
    world.request(price=NEW)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.verdict == "proceed"))
    world.submit(ORDERS[outcome])
    assert world.to_end(autopilot).outcome == end
    refused = world.events(ev.CanaryOrderRefused)
    assert bool(refused) is (outcome == "promoted")


@pytest.mark.parametrize("force", [False, True])
def test_an_approval_during_an_incident_must_be_forced(world: World, *, force: bool) -> None:
    autopilot = _running(world)
    world.fire()
    order = ev.CanaryApproved(canary=NAME, reason="we need it", force=force)
    if force:
        world.submit(order)
        assert world.to_end(autopilot).outcome == "promoted"
    else:
        world.step(autopilot)
        assert _refused(world, autopilot, order).startswith("Down fires: nothing is promoted during an incident")
        world.submit(ORDERS["rolled_back"])
        assert world.to_end(autopilot).outcome == "rolled_back"


def test_an_approval_without_a_reason_is_refused(world: World) -> None:
    assert "needs a reason" in _refused(world, _running(world), ev.CanaryApproved(canary=NAME, reason="  "))


@pytest.mark.parametrize("other", ["rolled_back", "aborted"])
def test_of_orders_that_wait_together_a_rejection_goes_before_an_approval(world: World, other: str) -> None:
    autopilot = _running(world)
    world.submit(ORDERS["promoted"])
    world.submit(ORDERS[other])
    assert world.to_end(autopilot).outcome == other
    world.step(autopilot)
    (refused,) = world.events(ev.CanaryOrderRefused)
    assert refused.order == "approve"
    assert autopilot.state.orders == ()
    assert _prices(world) == {OLD}


def test_a_rollback_to_an_old_version_goes_before_an_approval(world: World) -> None:
    autopilot = _running(world)
    world.submit(ORDERS["promoted"])
    world.submit(ev.RollbackRequested(version="0" * 64, values={"price": 0.9, "batch": 3}, reason="now"))
    world.drive(autopilot, lambda s: s.cycle is None and not s.orders and not s.wanted)
    assert _prices(world) == {0.9}
    assert "ended as aborted" in world.events(ev.CanaryOrderRefused)[0].reason


@pytest.mark.parametrize("asleep", [0.0, 5.0, 500.0], ids=["at once", "within the lease", "long after it"])
@pytest.mark.parametrize("outcome", ORDERS)
def test_an_order_without_a_controller_is_carried_out_when_one_starts(
    world: World, outcome: str, asleep: float
) -> None:
    _running(world).stop(world.now)
    world.submit(ORDERS[outcome])
    world.now += asleep
    _check_end(world, world.controller(), outcome)


@pytest.mark.parametrize("outcome", ORDERS)
def test_a_controller_killed_at_any_step_after_an_order_ends_it_the_same(tmp_path: Path, outcome: str) -> None:
    whole = World(tmp_path)
    autopilot = _running(whole)
    begin = len(whole.read())
    whole.submit(ORDERS[outcome])
    whole.to_end(autopilot)
    last = len(whole.read())
    for victim in range(begin + 1, last):
        folder = tmp_path / str(victim)
        folder.mkdir()
        world = World(folder)
        autopilot = _running(world)
        world.submit(ORDERS[outcome])
        world.drive(autopilot, lambda state, at=victim: state.seq >= at or state.orders != ())  # type: ignore[misc]
        world.drive(autopilot, lambda state, at=victim: state.seq >= at)  # type: ignore[misc]
        _check_end(world, world.controller(), outcome)
        assert [e.model_dump(exclude={"request"}) for e in world.events(ev.CycleEnded)] == [
            e.model_dump(exclude={"request"}) for e in whole.events(ev.CycleEnded)
        ]
        assert len(world.events(ev.Applied)) == len(whole.events(ev.Applied))
        world.close()
    whole.close()
