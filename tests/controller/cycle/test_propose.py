"""The proposal, forced changes, and the golden cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from tests.controller.world import BAD, SETTINGS, World


def test_the_most_promising_step_is_proposed_with_its_prediction(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "validating")
    found = world.events(ev.Proposed)[0]
    assert found.changes == (ev.Moved(parameter="price", old=1.0, new=1.1),)
    assert found.predicted[0].kpi == "conversion"
    assert found.predicted[0].effect == pytest.approx(0.02)
    assert found.predicted[0].low < 0.02 < found.predicted[0].high


def test_what_was_learnt_changes_the_next_proposal(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request()
    assert world.to_end(autopilot).outcome == "rolled_back"
    world.request()
    world.drive(autopilot, lambda state: state.cycles == 2 and state.phase == "validating")
    first, second = world.events(ev.Proposed)
    assert (first.changes[0].parameter, first.changes[0].new) == ("price", 1.1)
    assert (second.changes[0].parameter, second.changes[0].new) == ("price", 0.9)
    assert second.predicted[0].effect == pytest.approx(0.05, abs=0.01)
    assert "1 measured effect of price" in second.rationale


@pytest.fixture
def lower(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path, kpis={"primary": "latency", "guardrails": ["conversion"]})
    yield found
    found.close()


def test_for_a_kpi_that_is_better_lower_the_predicted_effect_is_negative(lower: World) -> None:
    autopilot = lower.controller()
    lower.request()
    lower.to_phase(autopilot, "validating")
    predicted = lower.events(ev.Proposed)[0].predicted[0]
    assert predicted.kpi == "latency"
    assert predicted.effect == pytest.approx(-0.02)
    assert predicted.low < predicted.effect < predicted.high


def test_nothing_is_proposed_when_nothing_promises_to_help(tmp_path: Path) -> None:
    at_the_top = {
        name: {**section, "default": section["high"], "prior": {"effect": 0.02, "sd": 0.001}}
        for name, section in SETTINGS["parameters"].items()
    }
    world = World(tmp_path, parameters=at_the_top)
    autopilot = world.controller()
    world.request()
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason) == ("refused", "no single step is expected to help, even optimistically")
    world.close()


@pytest.mark.parametrize(
    ("forced", "reason"),
    [
        ({"price": 1.51}, "outside hard bounds"),
        ({"price": 0.49}, "outside hard bounds"),
        ({"batch": 2.5}, "not a whole number"),
        ({"prize": 1.0}, "did you mean 'price'?"),
        ({"price": 1.0}, "no change"),
    ],
)
def test_a_forced_change_that_is_not_possible_is_refused(world: World, forced: dict[str, float], reason: str) -> None:
    autopilot = world.controller()
    before = world.live.require()
    world.request(**forced)
    end = world.to_end(autopilot)
    assert end.outcome == "refused"
    assert reason in end.reason
    assert world.live.require() == before


def test_a_forced_change_may_move_several_parameters_and_predicts_nothing(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.5, batch=9)
    world.to_phase(autopilot, "canary")
    found = world.events(ev.Proposed)[0]
    moves = {(move.parameter, move.old, move.new) for move in found.changes}
    assert moves == {("price", 1.0, 1.5), ("batch", 5, 9)}
    assert found.predicted == ()
    assert world.gate.asked == [{"price": 1.5, "batch": 9}]


def test_golden_cases_that_fail_end_the_cycle_before_any_traffic(world: World) -> None:
    world.gate.failures = ("sold out: expected 3 items, got 2",)
    autopilot = world.controller()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason) == ("refused", "golden cases failed: sold out: expected 3 items, got 2")
    assert not world.events(ev.CanaryStarted)
    assert len(world.live.history) == 1
    assert len(world.gate.asked) == 1
