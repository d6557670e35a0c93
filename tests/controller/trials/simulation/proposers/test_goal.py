"""The penalised primary response."""

from __future__ import annotations

import math

import pytest

from controller.trials.simulation.proposers import goal
from controller.trials.simulation.task import Estimate
from tests.controller.trials.simulation.proposers.told import LEVELS, TASK


def effects(value: float, load: float) -> dict[str, Estimate]:
    return {"value": Estimate(value, 0.1), "load": Estimate(load, 0.1)}


@pytest.mark.parametrize(("load", "expected"), [(0.5, 0.3), (0.7, 0.3 - 0.2 * goal.PENALTY), (-1.0, 0.3)])
def test_only_what_is_beyond_a_limit_costs(load: float, expected: float) -> None:
    assert goal.gain(LEVELS, effects(0.3, load), TASK) == pytest.approx(expected)


def test_coming_back_within_the_limit_is_a_gain() -> None:
    crossed = {**LEVELS, "load": Estimate(1.4, 0.03)}
    assert goal.gain(crossed, effects(0.0, -1.0), TASK) == pytest.approx(0.4 * goal.PENALTY)
    assert goal.excess(crossed, effects(0.0, -1.0), TASK) == pytest.approx({"load": -0.6})


def test_estimates_with_a_gap_or_a_nan_are_not_complete() -> None:
    assert goal.complete(LEVELS, TASK)
    assert not goal.complete({"value": Estimate(1.0, 0.1)}, TASK)
    assert not goal.complete({**LEVELS, "load": Estimate(math.nan, 0.1)}, TASK)
