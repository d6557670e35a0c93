"""A canary that showed nothing waits for an operator's word, when that is configured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.autopilot import Autopilot
from controller.journal import event as ev
from tests.controller.world import NONE, World

PATIENCE = 50.0


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[World]:
    """Return a world in which operators are asked."""
    found = World(tmp_path, canary={"ask_when_inconclusive": PATIENCE})
    found.evidence.effects = dict(NONE)
    yield found
    found.close()


def _waiting(world: World) -> Autopilot:
    autopilot = world.controller()
    world.request(price=1.2)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.awaiting_until))
    return autopilot


def test_it_waits_on_control_values_and_says_until_when(asking: World) -> None:
    autopilot = _waiting(asking)
    (awaiting,) = asking.events(ev.CanaryAwaiting)
    assert awaiting.verdict == "inconclusive"
    assert awaiting.reasons == asking.events(ev.CanaryLooked)[-1].reasons
    assert awaiting.deadline == autopilot.state.last_at + PATIENCE
    assert asking.live.require().canary is None
    looks = len(asking.events(ev.CanaryLooked))
    asking.let_pass(autopilot, PATIENCE / 2)
    assert len(asking.events(ev.CanaryLooked)) == looks
    assert autopilot.state.phase == "canary"


def test_without_a_word_it_ends_as_inconclusive_at_the_deadline(asking: World) -> None:
    autopilot = _waiting(asking)
    began = asking.now
    asking.to_phase(autopilot, "applying")
    assert asking.now - began == pytest.approx(PATIENCE, abs=1.0)
    end = asking.to_end(autopilot)
    assert end.outcome == "inconclusive"
    assert end.reason.endswith("no operator approved or rejected it in time")


@pytest.mark.parametrize(
    ("order", "outcome", "price"),
    [
        (ev.CanaryApproved(canary="cycle-1", reason="fine"), "promoted", 1.2),
        (ev.CanaryRejected(canary="cycle-1", reason="no"), "rolled_back", 1.0),
        (ev.CanaryAborted(canary="cycle-1", reason="no"), "aborted", 1.0),
    ],
)
@pytest.mark.parametrize("restart", [False, True])
def test_a_word_in_time_decides_it(
    asking: World, order: ev.CanaryOrder, outcome: str, price: float, *, restart: bool
) -> None:
    autopilot = _waiting(asking)
    asking.submit(order)
    if restart:
        asking.now += 500
        autopilot = asking.controller()
    assert asking.to_end(autopilot).outcome == outcome
    assert {values["price"] for values in asking.live.require().arms.values()} == {price}
    assert not asking.events(ev.CanaryOrderRefused)


def test_an_approval_after_the_deadline_changes_nothing(asking: World) -> None:
    _waiting(asking).stop(asking.now)
    asking.now += PATIENCE
    asking.submit(ev.CanaryApproved(canary="cycle-1", reason="late"))
    autopilot = asking.controller()
    assert asking.to_end(autopilot).outcome == "inconclusive"
    assert "came after its deadline" in asking.events(ev.CanaryOrderRefused)[0].reason


def test_incidents_and_pauses_leave_the_wait_as_it_is(asking: World) -> None:
    autopilot = _waiting(asking)
    asking.fire()
    asking.submit(ev.PauseRequested(reason="lunch"))
    asking.let_pass(autopilot, 10)
    assert not asking.events(ev.CanaryPaused)
    assert asking.to_end(autopilot).outcome == "inconclusive"


def test_a_look_that_said_inconclusive_can_be_approved_before_the_wait_begins(asking: World) -> None:
    autopilot = asking.controller()
    asking.request(price=1.2)
    asking.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.verdict == "inconclusive"))
    asking.submit(ev.CanaryApproved(canary="cycle-1", reason="fine"))
    assert asking.to_end(autopilot).outcome == "promoted"


def test_where_nobody_is_asked_an_inconclusive_canary_cannot_be_approved(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.verdict == "inconclusive"))
    world.submit(ev.CanaryApproved(canary="cycle-1", reason="fine"))
    assert world.to_end(autopilot).outcome == "inconclusive"
    assert "canary.ask_when_inconclusive would have asked" in world.events(ev.CanaryOrderRefused)[0].reason


def test_a_wait_goes_on_across_a_restart_until_the_same_deadline(asking: World) -> None:
    _waiting(asking)
    asking.now += 10
    autopilot = asking.controller()
    asking.to_end(autopilot)
    (awaiting,) = asking.events(ev.CanaryAwaiting)
    decided = next(event for event in asking.read() if isinstance(event.payload, ev.Decided))
    assert decided.at == pytest.approx(awaiting.deadline, abs=1.0)
