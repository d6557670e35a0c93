"""Optuna's sampler behind the protocol."""

from __future__ import annotations

import pytest

from controller.trials.simulation.proposers.tpe import make
from controller.trials.simulation.task import Estimate
from tests.controller.trials.simulation.proposers.told import BOUNDS, LEVELS, START, TASK, around, rng, trial


def test_it_is_uniform_until_it_has_trials_and_then_prefers_what_was_good(capsys: pytest.CaptureFixture[str]) -> None:
    chooser = make(TASK, rng())
    chooser.observe(0.0, START, LEVELS)
    first = chooser.propose(0.0, START, BOUNDS, rng())
    assert first is not None
    assert "uniform" in first.rationale
    for seed in range(30):
        values = {"a": float(rng(seed).uniform()), "b": 100 * float(rng(100 + seed).uniform())}
        chooser.learn(trial(values, 2 * values["a"]))
    drawn = [chooser.propose(1.0, START, BOUNDS, rng(seed)) for seed in range(20)]
    assert sum(idea.values["a"] for idea in drawn if idea) / 20 > 0.8
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_it_keeps_away_from_what_was_beyond_a_limit() -> None:
    chooser = make(TASK, rng())
    chooser.observe(0.0, START, LEVELS)
    for seed in range(30):
        values = {"a": float(rng(seed).uniform()), "b": 100 * float(rng(100 + seed).uniform())}
        chooser.learn(trial(values, 2 * values["a"], load=4 * (values["a"] - 0.5)))  # room is 0.5: up to 0.625
    drawn = [chooser.propose(1.0, START, BOUNDS, rng(seed)) for seed in range(20)]
    assert sum(idea.values["a"] for idea in drawn if idea) / 20 < 0.65


def test_values_in_force_count_with_their_mean_level() -> None:
    chooser = make(TASK, rng())
    for level in (1.0, 3.0):
        chooser.observe(0.0, START, {**LEVELS, "value": Estimate(level, 0.03)})
    (seen,) = chooser._forced.values()
    known = chooser._known(seen)
    assert known.value == 2.0
    assert known.params == START
    assert known.constraints == {"load": pytest.approx(-0.5)}


def test_it_stays_in_the_box() -> None:
    idea = make(TASK, rng()).propose(0.0, START, around(START), rng())
    assert idea is not None
    assert 0.4 <= idea.values["a"] <= 0.6
