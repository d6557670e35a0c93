"""Safe upper confidence bounds."""

from __future__ import annotations

from controller.trials.simulation.proposers.safe_gp import LOOKS, TRIALS, make
from controller.trials.simulation.task import Estimate
from tests.controller.trials.simulation.proposers.told import LEVELS, START, TASK, around, rng, trial


def test_it_goes_where_the_gain_is_and_not_where_a_limit_is_crossed() -> None:
    chooser = make(TASK, rng())
    for seed in range(20):
        chooser.observe(0.0, START, LEVELS)
        tried = {"a": 0.4 + 0.2 * float(rng(seed).uniform()), "b": 40 + 20 * float(rng(50 + seed).uniform())}
        slope = tried["a"] - 0.5
        chooser.learn(trial(tried, 10 * slope + (tried["b"] - 50) / 20, load=12 * slope))  # a may rise by 0.04
    idea = chooser.propose(0.0, START, around(START), rng())
    assert idea is not None
    assert idea.values["a"] < 0.55
    assert idea.values["b"] > 55
    assert idea.predicted["load"].effect < 0.5


def test_where_nothing_is_surely_safe_it_backs_off() -> None:
    chooser = make(TASK, rng())
    crossed = {**LEVELS, "load": Estimate(2.5, 0.03)}
    chooser.observe(0.0, START, crossed)
    for _ in range(5):
        chooser.learn(trial({"a": 0.6, "b": 50.0}, 1.0, load=0.8))
        chooser.learn(trial({"a": 0.4, "b": 50.0}, -1.0, load=-0.8))
    idea = chooser.propose(0.0, START, around(START), rng())
    assert idea is not None
    assert "least beyond" in idea.rationale
    assert idea.values["a"] < 0.5


def test_looks_at_the_same_values_are_averaged_and_old_ones_are_forgotten() -> None:
    chooser = make(TASK, rng())
    for index in range(6):
        chooser.observe(index / 2, START, LEVELS)
    assert len(chooser._looks) == 1
    assert chooser._seen("value").se[0] < LEVELS["value"].se / 2
    for index in range(100):
        chooser.observe(10.0 + index, {"a": index / 100, "b": 50.0}, LEVELS)
        chooser.learn(trial({"a": 0.6, "b": 50.0}, 0.1))
    assert len(chooser._looks) == LOOKS
    assert chooser._seen("load").measured.size == LOOKS + TRIALS
