"""State -> live document."""

from __future__ import annotations

import pytest

from controller.cycle.live import conformed, desired_live, note, uniform_live
from controller.journal.state import State
from exporter.parameters import Values
from tests.controller.world import World, configuration


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
