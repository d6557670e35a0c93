"""Effects that are drawn at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.decide.policy import Policy
from controller.model import Verdict
from controller.trials.simulation.measuring import Canary, EffectMeasurer, drawn
from tests.controller.trials.simulation.plant_of_tests import bowl

CANARY = Canary({"value": 1.0, "load": 2.0}, {"value": 4.0, "load": 2.0}, {"load": 1.0})


def _measurer(seed: int = 0) -> EffectMeasurer:
    return EffectMeasurer(bowl(0.1), Policy(), np.random.default_rng(seed))


def test_effects_are_the_true_differences_with_normal_errors() -> None:
    """1000 effects of each: a mean is known to 0.003, a deviation to 2.2 %; four of these are allowed."""
    measurer = _measurer()
    found = [measurer.measure(CANARY).effects for _ in range(1000)]
    for name, truth in (("value", 3.0), ("load", 0.0)):
        seen = np.array([effects[name].mean for effects in found])
        assert float(seen.mean()) == pytest.approx(truth, abs=0.013)
        assert float(seen.std()) == pytest.approx(0.1, rel=0.09)
        assert {effects[name].se for effects in found} == {0.1}


def test_a_full_canary_is_judged_and_lasts_its_whole_length() -> None:
    found = _measurer().measure(CANARY)
    assert (found.verdict, found.lasted) == (Verdict.PROCEED, 1.0)
    assert "value" in found.reason


def test_a_canary_that_is_cut_short_is_inconclusive_and_measures_less_well() -> None:
    found = _measurer().measure(Canary(CANARY.now, CANARY.then, CANARY.room, part=0.25))
    assert (found.verdict, found.lasted) == (Verdict.INCONCLUSIVE, 0.25)
    assert found.effects["value"].se == pytest.approx(0.2)
    assert "25%" in found.reason


def test_a_drawn_number_keeps_its_standard_error() -> None:
    rng = np.random.default_rng(1)
    found = [drawn(5.0, 2.0, rng) for _ in range(2000)]
    assert {one.se for one in found} == {2.0}
    assert float(np.mean([one.mean for one in found])) == pytest.approx(5.0, abs=4 * 2 / math.sqrt(2000))
