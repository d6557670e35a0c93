"""Sliding bounds between cycles: what the configuration and the journal make of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from controller.config.config import Config
from controller.cycle import bounds
from controller.cycle.context import Context
from controller.cycle.standing import limits, standings
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.state_bounds import BoundsRecord, Trial
from controller.journal.state_ops import Pause
from controller.moment import moment
from controller.ports import Ports
from tests.controller.world import (
    BAD,
    BEGIN,
    GOOD,
    SETTINGS,
    MemoryStore,
    ScriptedEvidence,
    ScriptedGate,
    World,
    configuration,
)

WEEK = 7 * 86400.0
STATE = State(seq=2, began_at=BEGIN, last_at=BEGIN, values={"price": 1.0, "batch": 5}, version="v")
PAUSE = Pause("operator", "by me", "me", BEGIN)


def with_parameters(**changes: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with some settings of some of them replaced."""
    return {name: {**section, **changes.get(name, {})} for name, section in SETTINGS["parameters"].items()}


def context(config: Config, state: State = STATE, now: float = BEGIN) -> Context:
    ports = Ports(ScriptedEvidence(config.judged, dict(GOOD)), ScriptedGate(), MemoryStore(config.specs))
    return Context(config, ports, state, now)


def test_without_a_history_the_configured_bounds_hold() -> None:
    config = configuration(
        parameters=with_parameters(price={"bounds": {"low": 0.8, "high": 1.3}}, batch={"max_step": 9})
    )
    found = bounds.interval(context(config), "price")
    assert found is not None
    assert (found.low, found.high, found.low_by, found.high_by) == (0.9, 1.1, "max_step", "max_step")
    wide = bounds.interval(context(config), "batch")
    assert wide is not None
    assert (wide.low, wide.high, wide.low_by, wide.high_by) == (1, 9, "hard", "hard")
    assert bounds.adjusting(context(config, now=BEGIN + 100 * WEEK)) is None
    with pytest.raises(KeyError):
        bounds.interval(context(config), "prise")


def test_a_choice_has_no_bounds() -> None:
    mode = {"kind": "choice", "choices": ["calm", "wild"], "default": "calm", "prior": {"sd": 0.01}}
    config = configuration(parameters={**SETTINGS["parameters"], "mode": mode})
    state = replace(STATE, values={**STATE.values, "mode": "calm"})
    assert bounds.interval(context(config, state), "mode") is None
    assert [found.name for found in standings(config, state)] == ["price", "batch"]
    assert bounds.refused(config, state, {"mode": "wild"}, BEGIN) == ()


def test_three_rollbacks_contract_the_bounds_between_cycles(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    for _ in range(3):
        world.request(price=1.2)
        assert world.to_end(autopilot).outcome == "rolled_back"
    world.let_pass(autopilot, 3)
    (found,) = world.events(ev.BoundsAdjusted)
    assert (found.parameter, found.adjustment, found.low, found.high) == ("price", "contracted", 0.625, 1.375)
    assert (found.old_low, found.old_high, found.floor) == (0.5, 1.5, 0.2)
    assert "3 rollbacks since the last adjustment" in found.reason
    assert world.controller().state.bounds == autopilot.state.bounds


def test_stable_weeks_with_promotions_expand_them(world: World) -> None:
    narrow = configuration(parameters=with_parameters(price={"bounds": {"low": 0.8, "high": 1.3}}))
    autopilot = world.controller(narrow)
    world.request(price=1.1)
    assert world.to_end(autopilot).outcome == "promoted"
    world.now = BEGIN + WEEK
    world.let_pass(autopilot, 3)
    (found,) = world.events(ev.BoundsAdjusted)
    assert (found.adjustment, found.parameter) == ("expanded", "price")
    gain = 0.5 * 0.05 * 1 / 3
    assert (found.low, found.high) == pytest.approx((0.8 - gain / 2, 1.3 + gain / 2))
    world.now += WEEK - 100
    world.let_pass(autopilot, 50)
    assert len(world.events(ev.BoundsAdjusted)) == 1
    world.let_pass(autopilot, 60)
    assert len(world.events(ev.BoundsAdjusted)) == 2


def test_a_paused_autopilot_adjusts_nothing_but_lets_overrides_end(world: World) -> None:
    autopilot = world.controller()
    world.submit(ev.PauseRequested(reason="holiday"))
    world.submit(override(world.now + 50))
    world.let_pass(autopilot, 100)
    assert [found.adjustment for found in world.events(ev.BoundsAdjusted)] == ["overridden", "restored"]
    record = BoundsRecord(rollbacks=3)
    assert bounds.adjusting(context(world.config, replace(STATE, bounds={"price": record}))) is not None
    held = replace(STATE, bounds={"price": record}, pauses={"operator": PAUSE})
    assert bounds.adjusting(context(world.config, held)) is None


def override(until: float, low: float = 0.95, high: float = 1.05) -> ev.BoundsOverrideRequested:
    return ev.BoundsOverrideRequested(parameter="price", low=low, high=high, until=until, reason="release")


def test_an_override_holds_until_its_time_is_over_and_both_stand_in_the_journal(world: World) -> None:
    autopilot = world.controller()
    world.submit(override(world.now + 100))
    world.step(autopilot)
    found = bounds.interval(context(world.config, autopilot.state, world.now), "price")
    assert found is not None
    assert (found.low, found.high, found.low_by) == (0.95, 1.05, "override")
    world.let_pass(autopilot, 110)
    begun, over = world.events(ev.BoundsAdjusted)
    assert (begun.adjustment, begun.low, begun.high, begun.old_low) == ("overridden", 0.95, 1.05, 0.5)
    assert begun.reason == f"until {moment(BEGIN + 100)} UTC, by ann: release"
    assert (over.adjustment, over.low, over.high, over.old_low) == ("restored", 0.5, 1.5, 0.95)
    assert over.reason == "the override is over: its time is over"
    after = bounds.interval(context(world.config, autopilot.state, world.now), "price")
    assert after is not None
    assert after.low_by == "max_step"


def test_an_override_that_was_cleared_holds_no_more_at_once(world: World) -> None:
    autopilot = world.controller()
    world.submit(override(world.now + 1000))
    world.step(autopilot)
    world.submit(ev.BoundsOverrideCleared(parameter="price", reason="done early"), "bob")
    found = limits(world.config, world.state(), "price", world.now)
    assert found is not None
    assert not found.overridden
    world.let_pass(autopilot, 5)
    assert world.events(ev.BoundsAdjusted)[-1].reason == "the override is over: cleared by bob: done early"


def test_a_changed_configuration_brings_recorded_bounds_inside_it_at_the_start(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    for _ in range(3):
        world.request(price=1.2)
        world.to_end(autopilot)
    world.let_pass(autopilot, 3)
    changed = configuration(parameters=with_parameters(price={"low": 0.7, "high": 1.2}))
    world.controller(changed)
    found = world.events(ev.BoundsAdjusted)[-1]
    assert (found.adjustment, found.low, found.high) == ("reset", 0.7, 1.2)
    assert "[0.625, 1.375] is not inside the hard bounds [0.7, 1.2]" in found.reason
    world.controller(changed)
    assert world.events(ev.BoundsAdjusted)[-1] == found
    assert len(world.events(ev.BoundsAdjusted)) == 2


def test_other_configured_bounds_to_begin_with_replace_those_that_were_learnt(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    for _ in range(3):
        world.request(price=1.2)
        world.to_end(autopilot)
    world.let_pass(autopilot, 3)
    assert autopilot.state.bounds["price"].contractions == 1
    changed = configuration(parameters=with_parameters(price={"bounds": {"low": 0.8, "high": 1.4}}))
    restarted = world.controller(changed)
    found = world.events(ev.BoundsAdjusted)[-1]
    assert (found.adjustment, found.low, found.high) == ("reset", 0.8, 1.4)
    assert "the configuration has others to begin with: [0.8, 1.4]" in found.reason
    assert restarted.state.bounds["price"].contractions == 0
    world.let_pass(restarted, 3)
    assert len(world.events(ev.BoundsAdjusted)) == 2


def test_bounds_slide_to_a_value_that_an_operator_moved_out_of_them(world: World) -> None:
    narrow = configuration(parameters=with_parameters(price={"bounds": {"low": 0.9, "high": 1.1, "floor": 0.1}}))
    autopilot = world.controller(narrow)
    world.request(price=1.3)
    assert world.to_end(autopilot).outcome == "promoted"
    world.let_pass(autopilot, 3)
    (found,) = world.events(ev.BoundsAdjusted)
    assert found.adjustment == "reset"
    assert (found.low, found.high) == pytest.approx((1.1, 1.3))
    assert "does not hold the value in force, 1.3" in found.reason


def test_a_forced_change_beyond_the_daily_limit_is_made_and_mentioned(world: World) -> None:
    strict = configuration(parameters=with_parameters(price={"daily_limit": 0.1, "max_step": 0.1}))
    autopilot = world.controller(strict)
    world.request(price=1.3)
    world.to_phase(autopilot, "validating")
    (found,) = world.events(ev.Proposed)
    assert found.rationale == (
        "forced by an operator: price 1 -> 1.3; mind that price: 1.3 breaks the daily limit of 0.1: it was 1 to 1 in "
        "the last 24 h"
    )


def test_a_promotion_uses_the_daily_limit_up_for_24_hours(world: World) -> None:
    strict = configuration(parameters=with_parameters(price={"daily_limit": 0.1}))
    autopilot = world.controller(strict)
    world.request(price=1.1)
    assert world.to_end(autopilot).outcome == "promoted"
    found = bounds.interval(context(strict, autopilot.state, world.now), "price")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((1.0, 1.1))
    assert found.high_by == "daily_limit"
    (reason,) = bounds.refused(strict, autopilot.state, {"price": 1.15}, world.now)
    assert reason.code == "daily_limit"
    assert bounds.refused(strict, autopilot.state, {"price": 1.15}, world.now + 86400) == ()


@pytest.mark.parametrize(
    ("outcome", "error", "expands"), [("promoted", 0.9, False), ("promoted", 0.2, True), ("inconclusive", 0.9, True)]
)
def test_only_errors_of_proven_effects_are_drift(outcome: str, error: float, *, expands: bool) -> None:
    config = configuration(parameters=with_parameters(price={"bounds": {"low": 0.8, "high": 1.3}}))
    trials = (Trial(BEGIN, "promoted", None), *[Trial(BEGIN, outcome, error)] * 5)
    state = replace(STATE, bounds={"price": BoundsRecord(trials=trials)})
    assert (bounds.adjusting(context(config, state, BEGIN + WEEK)) is not None) is expands
    incident = ev.AlertFiring(fingerprint="f", alert="A", labels={}, summary="", starts_at="")
    assert bounds.adjusting(context(config, replace(state, incidents={"f": incident}), BEGIN + WEEK)) is None


def test_while_the_clock_is_before_the_journal_nothing_is_adjusted() -> None:
    config = configuration()
    state = replace(STATE, bounds={"price": BoundsRecord(rollbacks=5)})
    assert bounds.adjusting(context(config, state, BEGIN - 1)) is None
    assert bounds.adjusting(context(config, state, BEGIN)) is not None
