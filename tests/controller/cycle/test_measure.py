"""Measuring what a change did."""

from __future__ import annotations

import pytest

from controller.adapters.answer import UnreachableError
from controller.decide.learner.accuracy import error_ratio
from controller.journal import event as ev
from tests.controller.world import BAD, GOOD, World


@pytest.mark.parametrize(
    ("predicted", "measured", "ratio"),
    [(0.02, 0.05, 0.6), (0.05, 0.02, 0.6), (0.02, -0.02, 2.0), (0.0, 0.0, 0.0), (0.0, 0.1, 1.0)],
)
def test_error_ratio_is_relative_to_the_larger_of_the_two(predicted: float, measured: float, ratio: float) -> None:
    assert error_ratio(predicted, measured) == pytest.approx(ratio)


def test_a_promoted_change_is_watched_for_the_window_and_held_against_the_prediction(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.to_phase(autopilot, "measuring")
    applied = autopilot.state.last_at
    world.to_end(autopilot)
    assert autopilot.state.last_at - applied == pytest.approx(11, abs=0.5)
    impact = world.events(ev.Measured)[0].impacts[0]
    assert impact.kpi == "conversion"
    predicted = world.events(ev.Proposed)[0].predicted[0].effect
    assert impact.predicted == predicted > 0
    assert impact.measured == pytest.approx(0.05, abs=0.01)
    assert impact.error_ratio == pytest.approx(error_ratio(predicted, impact.measured))
    assert (impact.before, impact.after) == (1.0, 1.0)
    (trial,) = autopilot.state.trials
    (move,) = world.events(ev.Proposed)[0].changes
    assert (trial.base[move.parameter], trial.tried[move.parameter]) == (move.old, move.new)
    assert trial.effects["conversion"].effect == impact.measured
    assert (trial.predicted["conversion"].effect, trial.outcome) == (predicted, "promoted")


def test_a_reverted_change_is_measured_at_once_by_its_canary(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_phase(autopilot, "measuring")
    applied = autopilot.state.last_at
    world.to_end(autopilot)
    assert autopilot.state.last_at == applied
    impact = world.events(ev.Measured)[0].impacts[0]
    assert (impact.predicted, impact.error_ratio, impact.before, impact.after) == (None, None, None, None)
    assert impact.measured == pytest.approx(-0.05, abs=0.01)


@pytest.mark.parametrize(("effects", "outcome"), [(GOOD, "promoted"), (BAD, "reverted")])
def test_an_effect_of_several_moves_is_a_trial_of_them_together(
    world: World, effects: dict[str, float], outcome: str
) -> None:
    world.evidence.effects = dict(effects)
    autopilot = world.controller()
    world.request(price=1.2, batch=7)
    world.to_end(autopilot)
    (trial,) = autopilot.state.trials
    assert (trial.base, trial.tried) == ({"price": 1.0, "batch": 5}, {"price": 1.2, "batch": 7})
    assert (trial.outcome, trial.predicted, set(trial.effects)) == (outcome, {}, {"conversion", "latency"})
    assert trial.at == next(event.at for event in world.read() if isinstance(event.payload, ev.Measured))


def test_a_prometheus_that_is_away_delays_measuring_until_the_deadline(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_phase(autopilot, "measuring")
    world.evidence.error = UnreachableError("gone")
    start = world.now
    assert world.to_end(autopilot).outcome == "promoted"
    assert 11 + 30 <= world.now - start < 50
    impact = world.events(ev.Measured)[0].impacts[0]
    assert (impact.before, impact.after) == (None, None)
    assert impact.measured == pytest.approx(0.05, abs=0.01)
