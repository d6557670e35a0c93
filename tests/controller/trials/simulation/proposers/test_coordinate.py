"""One parameter at a time, with remembered signs."""

from __future__ import annotations

from controller.trials.simulation.proposers.coordinate import make
from controller.trials.simulation.task import Values
from tests.controller.trials.simulation.proposers.told import START, TASK, around, rng, trial


def moved(tried: Values, base: Values = START) -> dict[str, int]:
    return {name: (tried[name] > base[name]) - (tried[name] < base[name]) for name in base if tried[name] != base[name]}


def test_a_success_is_followed_by_the_same_step_and_a_failure_by_the_other_parameter() -> None:
    chooser = make(TASK, rng())
    first = chooser.propose(0.0, START, around(START), rng())
    assert first is not None
    assert len(moved(first.values)) == 1
    chooser.learn(trial(first.values, 1.0, promoted=True))
    second = chooser.propose(0.5, first.values, around(first.values), rng())
    assert second is not None
    assert moved(second.values, first.values) == moved(first.values)
    chooser.learn(trial(second.values, -1.0, base=first.values))
    third = chooser.propose(1.0, first.values, around(first.values), rng())
    assert third is not None
    assert set(moved(third.values, first.values)).isdisjoint(moved(first.values))
    chooser.learn(trial(third.values, 0.1, base=first.values))
    fourth = chooser.propose(1.5, first.values, around(first.values), rng())
    assert fourth is not None
    assert moved(fourth.values, first.values) == {name: -sign for name, sign in moved(first.values).items()}


def test_at_the_edge_it_turns_round() -> None:
    corner = {"a": 1.0, "b": 100.0}
    idea = make(TASK, rng()).propose(0.0, corner, around(corner), rng())
    assert idea is not None
    assert set(moved(idea.values, corner).values()) == {-1}
