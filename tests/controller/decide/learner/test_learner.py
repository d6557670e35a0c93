"""All responses together: what is no measurement, and time."""

from __future__ import annotations

import math

import pytest

from tests.controller.decide.learner.minds import BASE, SE, mind

TRIED = {"x": 7.0, "y": 5.0}


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        (math.nan, SE),
        (math.inf, SE),
        (1e200, SE),
        (1.0, math.nan),
        (1.0, math.inf),
        (1.0, 0.0),
        (1.0, -1.0),
        (1, 1e200),
    ],
)
def test_what_is_no_measurement_teaches_nothing(effect: float, error: float) -> None:
    learner = mind()
    learner.learn(BASE, TRIED, {"gain": (effect, error), "cost": (1.0, SE), "strange": (1.0, SE)})
    learner.see_levels(BASE, {"gain": (effect, error), "strange": (1.0, SE)})
    assert (learner.responses["gain"].measured, learner.responses["cost"].measured) == (0, 1)
    assert not learner.responses["gain"].level_known


@pytest.mark.parametrize("error", [1e-9, 1e-160, 5e-324, 1e99])
def test_errors_of_any_size_leave_numbers(error: float) -> None:
    learner = mind()
    for number in range(30):
        learner.learn(BASE, {"x": 5.0 + 0.1 * number, "y": 4.0}, {"gain": ((-1.0) ** number, error)})
        learner.see_levels(BASE, {"gain": (1e6, error)})
        learner.advance(number)
    model = learner.responses["gain"]
    (before, after) = learner.space.rows([BASE, TRIED])
    for mean, variance in (model.effects(before, after[None]), model.levels(after[None])):
        assert math.isfinite(mean[0])
        assert variance[0] >= 0


def test_time_goes_forward_only() -> None:
    early, late = mind(), mind()
    for learner, times in ((early, (1.0, 2.0)), (late, (2.0, 1.0, 2.0, math.nan))):
        learner.learn(BASE, TRIED, {"gain": (1.0, SE)})
        for now in times:
            learner.advance(now)
    (before, after) = early.space.rows([BASE, TRIED])
    spreads = [one.responses["gain"].effects(before, after[None])[1][0] for one in (early, late)]
    assert spreads[0] == pytest.approx(spreads[1])
