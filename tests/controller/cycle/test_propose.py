"""The proposal, forced changes, and the golden cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.journal import event as ev
from tests.controller.config.test_choices import MODE
from tests.controller.world import BAD, GOOD, SETTINGS, World, worlds


def _pin_numbers(world: World) -> None:
    """Let an operator hold the numbers where they are, within less than a proposal's grain."""
    for name, value, grain in (("price", 1.0, 1e-4), ("batch", 5, 0.5)):
        low, high, until = value - grain, value + grain, world.now + 1e6
        world.submit(ev.BoundsOverrideRequested(parameter=name, low=low, high=high, until=until, reason="release"))


def _proposal(world: World, **forced: float) -> ev.Proposed:
    """Return what a cycle proposes."""
    before = len(world.events(ev.Proposed))
    autopilot = world.controller()
    world.request(**forced)
    world.drive(autopilot, lambda state: len(world.events(ev.Proposed)) > before or state.last_ended_at is not None)
    return world.events(ev.Proposed)[-1]


def test_a_promising_change_is_proposed_with_its_prediction(world: World) -> None:
    found = _proposal(world)
    (price,) = (move for move in found.changes if move.parameter == "price")
    assert 1.0 < float(price.new) <= 1.1
    assert [one.kpi for one in found.predicted] == ["conversion", "latency"]
    one = found.predicted[0]
    assert one.low < one.true_low < 0 < one.effect < one.true_high < one.high
    assert 0 < found.chance < 1
    assert f"chance of a promotion {found.chance:.0%}" in found.rationale


def test_the_same_cycle_proposes_the_same_whoever_is_asked(world: World, tmp_path: Path) -> None:
    for other in worlds(tmp_path / "other"):
        assert _proposal(world) == _proposal(other)


def test_what_was_learnt_changes_the_next_proposal(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request()
    assert world.to_end(autopilot).outcome == "rolled_back"
    world.request()
    world.drive(autopilot, lambda state: state.cycles == 2 and state.phase == "validating")
    first, second = world.events(ev.Proposed)
    up, down = ({move.parameter: move for move in found.changes}["price"] for found in (first, second))
    assert float(up.new) > 1.0 > float(down.new)
    assert second.predicted[0].effect > 0.01
    width = [found.predicted[0].true_high - found.predicted[0].true_low for found in (first, second)]
    assert width[1] < width[0]
    assert "learnt from 1 canary" in second.rationale


def test_for_a_kpi_that_is_better_lower_the_predicted_effect_is_negative(tmp_path: Path) -> None:
    price = {**SETTINGS["parameters"]["price"], "prior": {"effect": 2.0, "sd": 4.0}}
    kpis = {"primary": "latency", "guardrails": ["conversion"]}
    for lower in worlds(tmp_path / "lower", kpis=kpis, parameters={"price": price}):
        found = _proposal(lower)
        predicted = found.predicted[0]
        assert predicted.kpi == "latency"
        assert {move.parameter: float(move.new) for move in found.changes}[
            "price"
        ] > 1.0  # the prior says that more of it betters the primary KPI
        assert predicted.low < predicted.effect < 0 < predicted.high


def test_a_choice_is_proposed_and_learnt(tmp_path: Path) -> None:
    mode = {**MODE, "prior": {"size": 0.05, "kpis": {"latency": {"size": 0.5}}}}
    for shop in worlds(tmp_path / "shop", parameters={"mode": mode}):
        _pin_numbers(shop)
        autopilot = shop.controller()
        shop.request()
        assert shop.to_end(autopilot).outcome == "promoted"
        (found,) = shop.events(ev.Proposed)
        assert found.changes == (ev.Moved(parameter="mode", old="calm", new="bold"),)
        assert found.rationale.startswith("mode calm -> bold: ")
        shop.evidence.effects = {"conversion": -0.05, "latency": 0.0}
        shop.request()
        shop.to_end(autopilot)
        assert autopilot.state.values["mode"] == "bold"  # what is known to be worse is not tried
        assert len(shop.events(ev.Proposed)) == 1


def test_nothing_is_proposed_when_nothing_can_move(world: World) -> None:
    _pin_numbers(world)
    autopilot = world.controller()
    world.request()
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason) == (
        "refused",
        "no parameter can move: bounds, step and daily limits leave only the values in force",
    )


@pytest.mark.parametrize(("low", "high"), [(0.98, 1.01), (1.0, 1.02), (0.97, 1.0)])
def test_proposals_stay_inside_an_override_of_the_sliding_bounds(world: World, low: float, high: float) -> None:
    world.submit(
        ev.BoundsOverrideRequested(parameter="price", low=low, high=high, until=world.now + 1e6, reason="release")
    )
    autopilot = world.controller()
    for effects in (BAD, GOOD, BAD, GOOD):
        world.evidence.effects = dict(effects)
        world.request()
        world.to_end(autopilot)
    moves = [move for found in world.events(ev.Proposed) for move in found.changes]
    assert moves
    assert all(low <= float(move.new) <= high for move in moves if move.parameter == "price")


def test_proposals_keep_to_the_daily_limit_and_to_a_step(tmp_path: Path) -> None:
    parameters = {
        "price": {**SETTINGS["parameters"]["price"], "daily_limit": 0.15},
        "batch": {**SETTINGS["parameters"]["batch"], "step": 1, "max_step": 1, "daily_limit": 2},
    }
    for world in worlds(tmp_path / "limited", parameters=parameters):
        autopilot = world.controller()
        seen = {"price": [1.0], "batch": [5.0]}
        for number in range(8):
            world.evidence.effects = dict(BAD if number == 3 else GOOD)
            world.request()
            world.to_end(autopilot)
            for name, values in seen.items():
                values.append(float(autopilot.state.values[name]))
        moves = [move for found in world.events(ev.Proposed) for move in found.changes]
        assert len(moves) >= 3
        assert all(abs(float(m.new) - float(m.old)) <= (1 if m.parameter == "batch" else 0.1) + 1e-9 for m in moves)
        assert max(seen["price"]) - min(seen["price"]) <= 0.15 + 1e-9
        assert max(seen["batch"]) - min(seen["batch"]) <= 2


def test_a_guardrail_beyond_its_limit_is_named(tmp_path: Path) -> None:
    for world in worlds(tmp_path / "rails", kpis={"guardrails": [{"kpi": "latency", "limit": 0.5}]}):  # the level is 1
        autopilot = world.controller()
        world.request()
        end = world.to_end(autopilot)
        assert end.outcome == "refused"
        assert end.reason == "no change in reach most likely keeps latency within its limit and margin"


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
