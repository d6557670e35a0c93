"""The package's CMA-ES behind the protocol."""

from __future__ import annotations

import pytest

from controller.trials.simulation.proposers.cmaes_ import WORST, CmaEs, make
from tests.controller.trials.simulation.proposers.told import BOUNDS, LEVELS, START, TASK, around, rng, trial


def told(gain: float, load: float = 0.0) -> float:
    chooser = make(TASK, rng())
    chooser.observe(0.0, START, LEVELS)
    chooser.learn(trial({"a": 0.6, "b": 60.0}, gain, load))
    ((_, loss),) = chooser._told
    return loss


def test_a_loss_is_what_is_not_reached_and_a_crossed_limit_is_worse_than_any() -> None:
    assert told(0.5) == pytest.approx(-2.5)
    assert told(5.0, load=0.7) == pytest.approx(WORST + 0.2)


def test_generations_carry_the_mean_uphill() -> None:
    chooser = make(TASK, rng())
    for seed in range(120):
        chooser.observe(0.0, START, LEVELS)
        idea = chooser.propose(0.0, START, BOUNDS, rng(seed))
        assert idea is not None
        chooser.learn(trial(idea.values, -((idea.values["a"] - 0.9) ** 2) - (idea.values["b"] / 100 - 0.2) ** 2))
    assert chooser._strategy.generation == 20
    assert chooser._strategy.mean == pytest.approx([0.9, 0.2], abs=0.05)


def test_a_promotion_moves_the_mean_to_the_values_in_force() -> None:
    chooser = make(TASK, rng())
    chooser.learn(trial({"a": 0.6, "b": 40.0}, 1.0, promoted=True))
    assert chooser._strategy.mean == pytest.approx([0.6, 0.4])


def test_without_levels_nothing_is_told() -> None:
    chooser: CmaEs = make(TASK, rng())
    chooser.learn(trial({"a": 0.6, "b": 40.0}, 1.0))
    assert chooser._told == []
    assert chooser.propose(0.0, START, around(START), rng()) is not None
