"""Other sliding bounds because somebody wants them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.cycle.bounds_order import adjusted, ordered
from controller.cycle.standing import standing
from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from tests.controller.config.test_choices import MODE
from tests.controller.world import World, configuration

STATE = State(seq=2, values={"price": 1.0, "batch": 5}, version="v")
CONFIG = configuration()


@pytest.mark.parametrize(
    ("name", "ends", "said"),
    [
        ("price", (0.4, 1.2), "price: [0.4, 1.2] is not inside the hard bounds [0.5, 1.5], which nothing goes beyond"),
        ("price", (1.1, 1.4), "does not hold the value in force, 1; move the value first"),
        ("price", (0.95, 1.05), "is narrower than the floor of 0.2"),
        ("price", (1.2, 0.8), "must be finite and ascending"),
        ("price", (float("nan"), 1.2), "must be finite and ascending"),
        (
            "batch",
            (2.5, 9.0),
            "batch: 2.5 cannot bound a parameter of kind int, whose values are whole numbers: write 2 or",
        ),
        ("batch", (1.0, 6.25), "batch: 6.25 cannot bound"),
        ("prise", (0.8, 1.2), "prise is not configured any more"),
    ],
)
def test_bounds_that_cannot_be_are_refused_with_what_to_do(name: str, ends: tuple[float, float], said: str) -> None:
    found = adjusted(CONFIG, STATE, name, ends, "x")
    assert isinstance(found, str)
    assert said in found


def test_a_choice_has_no_bounds_that_could_be_adjusted() -> None:
    config = configuration(parameters={"mode": MODE})
    assert "is a choice among texts" in str(adjusted(config, STATE, "mode", (0, 1), "x"))


def test_an_end_that_stays_may_be_what_sliding_has_made_of_it() -> None:
    slid = ev.BoundsAdjusted(
        parameter="batch",
        adjustment="contracted",
        low=2.4,
        high=7.6,
        old_low=1.0,
        old_high=9.0,
        reason="x",
        floor=1.0,
    )
    event = ev.Event(seq=3, at=1.0, writer="w", actor="a", payload=slid, previous="", hash="")
    found = adjusted(CONFIG, fold(STATE, [event]), "batch", (2.4, 7.0), "x")
    assert isinstance(found, ev.BoundsAdjusted)
    assert (found.low, found.high) == (2.4, 7.0)


@given(low=st.floats(0.0, 2.0), high=st.floats(0.0, 2.0), value=st.floats(0.5, 1.5))
def test_whatever_is_wanted_bounds_stay_inside_the_hard_ones_and_hold_the_value(
    low: float, high: float, value: float
) -> None:
    state = State(seq=2, values={"price": value, "batch": 5}, version="v")
    found = adjusted(CONFIG, state, "price", (low, high), "x")
    if isinstance(found, ev.BoundsAdjusted):
        assert 0.5 <= found.low <= value <= found.high <= 1.5
        assert found.high - found.low >= found.floor * (1 - 1e-9)
        event = ev.Event(seq=3, at=1.0, writer="w", actor="a", payload=found, previous="", hash="")
        stands = standing(CONFIG, fold(state, [event]), "price")
        assert stands is not None
        assert (stands.sliding.bounds.low, stands.sliding.bounds.high) == (found.low, found.high)
    else:
        assert found.startswith("price: ")


def test_a_request_waits_for_the_end_of_the_cycle_and_is_answered_then(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.1)
    world.to_canary(autopilot, seconds=12)
    world.submit(ev.BoundsAdjustRequested(parameter="price", low=0.7, high=1.4, reason="room"))
    world.submit(ev.BoundsAdjustRequested(parameter="batch", low=8, high=9, reason="more"))
    world.let_pass(autopilot, 5)
    assert not world.events(ev.BoundsAdjusted)
    world.to_end(autopilot)
    world.let_pass(autopilot, 5)
    (made,) = world.events(ev.BoundsAdjusted)
    (refused,) = world.events(ev.RequestRefused)
    asked = [event.seq for event in world.read() if isinstance(event.payload, ev.BoundsAdjustRequested)]
    assert [made.request, refused.request] == asked
    assert (made.adjustment, made.low, made.high, made.reason) == ("adjusted", 0.7, 1.4, "wanted by ann: room")
    assert "does not hold the value in force, 5" in refused.reason
    assert ordered(autopilot.config, autopilot.state) is None
    assert autopilot.state.bounds["price"].adjustments == {"adjusted": 1}


def test_the_last_of_several_wishes_for_one_parameter_counts(world: World) -> None:
    autopilot = world.controller()
    for low in (0.6, 0.7):
        world.submit(ev.BoundsAdjustRequested(parameter="price", low=low, high=1.4, reason="room"))
    world.let_pass(autopilot, 5)
    (made,) = world.events(ev.BoundsAdjusted)
    assert made.low == 0.7
