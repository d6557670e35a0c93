"""The last question before a promotion."""

from __future__ import annotations

from controller.decide.learner.confirm import doubt
from controller.decide.learner.guard import Guard
from tests.controller.decide.learner.minds import BASE, SE, mind, rail

TRIED = {"x": 7.0, "y": 5.0}


def _effects(cost: float, error: float = SE) -> dict[str, tuple[float, float]]:
    return {"gain": (1.0, SE), "cost": (cost, error)}


def test_a_limit_that_is_most_likely_crossed_is_told_with_its_numbers() -> None:
    learner = mind()
    learner.see_levels(BASE, {"cost": (10.0, 0.05)})
    assert doubt(learner, (rail(upper=12.0),), BASE, TRIED, _effects(0.5)) is None
    reason = doubt(learner, (rail(upper=10.6),), BASE, TRIED, _effects(0.5))
    assert reason is not None
    assert reason.startswith("cost would be about 10.")
    assert reason.endswith("all canaries so far do not rule out that it crosses its limit of 10.6")


def test_a_lower_limit_is_asked_after_too() -> None:
    learner = mind()
    learner.see_levels(BASE, {"cost": (10.0, 0.05)})
    reason = doubt(learner, (Guard("cost", lower=9.4),), BASE, TRIED, _effects(-0.5))
    assert reason is not None
    assert reason.endswith("its limit of 9.4")
    assert doubt(learner, (Guard("cost", lower=8.0),), BASE, TRIED, _effects(-0.5)) is None


def test_what_earlier_canaries_know_outweighs_a_lucky_one() -> None:
    learner = mind()
    learner.see_levels(BASE, {"cost": (10.0, 0.05)})
    lucky = _effects(0.0, 0.2)
    assert doubt(learner, (rail(upper=10.9),), BASE, TRIED, lucky) is None
    for _ in range(10):
        learner.learn(BASE, TRIED, _effects(1.0))
    assert doubt(learner, (rail(upper=10.9),), BASE, TRIED, lucky) is not None


def test_only_limits_are_asked_after_and_the_learner_is_not_changed() -> None:
    learner = mind()
    assert doubt(learner, (rail(rise=0.01),), BASE, TRIED, _effects(5.0)) is None
    assert doubt(learner, (), BASE, TRIED, _effects(5.0)) is None
    assert doubt(learner, (rail(upper=0.0),), BASE, TRIED, _effects(5.0)) is None  # no level is known
    assert all(model.measured == 0 for model in learner.responses.values())
