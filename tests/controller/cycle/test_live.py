"""State -> live document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.cycle.live import conformed, desired_live, note, shares, uniform_live, weights_in_force
from controller.journal.state import State
from exporter.parameters import Values, uniform
from tests.controller.world import SETTINGS, World, configuration


def test_the_document_carries_the_configured_split_and_salt() -> None:
    weights = {"canary": 0.1, "baseline": 0.1, "control": 0.8}
    live = uniform_live(configuration(canary={"weights": weights}), {"price": 1.0, "batch": 5})
    assert live.weights == weights
    assert live.salt == "shop"
    assert live.canary is None


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"price": 1.2, "batch": 3}, {"price": 1.2, "batch": 3}),
        ({"price": 9.0, "batch": -3}, {"price": 1.5, "batch": 1}),
        ({"price": 1.2}, {"price": 1.2, "batch": 5}),
        ({"price": 1.2, "batch": 3.6, "gone": 1.0}, {"price": 1.2, "batch": 4}),
    ],
)
def test_values_are_brought_inside_the_configuration(values: Values, wanted: Values) -> None:
    assert conformed(configuration(), values) == wanted


def test_the_note_says_why(world: World) -> None:
    assert note(State()) == "in force before any change"
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    assert note(autopilot.state) == "cycle 1: canary: forced by an operator: price 1 -> 1.2"
    assert world.live.history[world.live.require().version] == note(autopilot.state)
    world.to_phase(autopilot, "measuring")
    assert note(autopilot.state).startswith("cycle 1: promoted: conversion: benefit")
    world.to_end(autopilot)
    assert note(autopilot.state).startswith("after cycle 1: conversion: benefit")


def test_a_held_state_asks_for_control_values_in_every_arm(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    assert desired_live(world.config, autopilot.state, world.now).canary == "cycle-1"
    held = desired_live(world.config, autopilot.state, world.now, held=True)
    assert held.canary is None
    assert {values["price"] for values in held.arms.values()} == {1.0}


SHARES = st.floats(min_value=1e-6, max_value=0.5)


@given(SHARES)
def test_shares_sum_to_one_and_leave_a_fair_comparison(weight: float) -> None:
    found = shares(weight)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert found["canary"] == weight
    assert 0 < found["baseline"] <= weight
    assert found["control"] >= found["baseline"] - 1e-12


@pytest.mark.parametrize(
    ("weight", "baseline", "control"), [(0.05, 0.05, 0.9), (0.2, 0.2, 0.6), (0.4, 0.3, 0.3), (0.5, 0.25, 0.25)]
)
def test_shares_at_some_weights(weight: float, baseline: float, control: float) -> None:
    assert shares(weight) == pytest.approx({"canary": weight, "baseline": baseline, "control": control})


@given(st.lists(SHARES, min_size=2, max_size=2, unique=True), st.text())
def test_a_unit_in_the_canary_stays_there_when_it_grows(weights: list[float], unit: str) -> None:
    small, large = (uniform({"price": 1.0}, "shop", shares(weight)) for weight in sorted(weights))
    if small.arm_of(unit) == "canary":
        assert large.arm_of(unit) == "canary"


def test_a_running_canary_keeps_its_split_when_the_configured_one_changes(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    before = world.live.require().weights
    weights = {"canary": 0.1, "baseline": 0.1, "control": 0.8}
    changed = configuration(canary={**SETTINGS["canary"], "weights": weights})
    assert desired_live(changed, autopilot.state, world.now).weights == before
    assert desired_live(changed, autopilot.state, world.now, held=True).weights == weights
    assert weights_in_force(changed, None) == weights
