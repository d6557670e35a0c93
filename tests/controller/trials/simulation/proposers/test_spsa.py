"""Probes and steps."""

from __future__ import annotations

import numpy as np

from controller.trials.simulation.proposers.spsa import make
from controller.trials.simulation.proposers.unit import Unit
from controller.trials.simulation.task import Idea
from tests.controller.trials.simulation.proposers.told import BOUNDS, LEVELS, START, TASK, around, rng, trial

SLOPE = np.array([1.0, -3.0])


def shift(idea: Idea | None) -> np.ndarray:
    assert idea is not None
    unit = Unit(BOUNDS)
    return unit.point(idea.values) - unit.point(START)


def test_a_probe_moves_every_parameter_and_the_step_after_it_goes_uphill() -> None:
    chooser = make(TASK, rng())
    chooser.observe(0.0, START, LEVELS)
    for seed in range(12):
        probe = chooser.propose(0.0, START, around(START), rng(seed))
        away = shift(probe)
        assert (np.abs(away) > 0).all()
        assert np.ptp(np.abs(away)) < 1e-9
        assert probe is not None
        chooser.learn(trial(probe.values, float(SLOPE @ away)))
        step = chooser.propose(0.5, START, around(START), rng(seed))
        assert step == chooser.propose(0.5, START, around(START), rng(seed + 1))  # nothing is random about a step
        assert step is not None
        chooser.learn(trial(step.values, 0.0))
    assert SLOPE @ shift(step) > 0
    assert shift(step)[1] < 0


def test_what_is_measured_beyond_a_limit_turns_the_step_back() -> None:
    chooser = make(TASK, rng())
    chooser.observe(0.0, START, LEVELS)
    probe = chooser.propose(0.0, START, around(START), rng())
    assert probe is not None
    chooser.learn(trial(probe.values, 0.5, load=2.0))
    assert shift(probe) @ shift(chooser.propose(0.5, START, around(START), rng())) < 0


def test_a_probe_of_which_nothing_was_seen_is_repeated() -> None:
    chooser = make(TASK, rng())
    probe = chooser.propose(0.0, START, around(START), rng(7))
    assert probe is not None
    chooser.learn(trial(probe.values, 0.5))  # no levels: room to the limits is unknown
    assert chooser.propose(0.5, START, around(START), rng(7)) == probe
