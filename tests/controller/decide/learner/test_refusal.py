"""Why nothing is proposed: the order of the reasons and their numbers."""

from __future__ import annotations

import numpy as np

from controller.decide.learner.guard import Guard
from controller.decide.learner.refusal import hopeless, unsafe, unseen
from tests.controller.decide.learner.minds import BASE, SE, aim, mind, rail

ROW, AWAY = np.array([5.0, 5.0]), np.array([[6.0, 5.0]])


def test_a_guardrail_that_not_even_nothing_clears_comes_first() -> None:
    found = hopeless(mind(), ROW, AWAY, aim(rail(rise=-0.1)))
    assert found.reason == (
        "no change in reach is likely to be proven harmless: a canary knows cost to within 0.16, and only 0 may be lost"
    )
    assert found.hoped is None


def test_no_gain_at_all_asks_for_no_longer_canary() -> None:
    learner = mind()
    for _ in range(200):
        learner.learn(BASE, {**BASE, "x": 6.0}, {"gain": (-1.0, SE)})
    for rows in (AWAY, ROW[None], np.vstack([AWAY, ROW])):
        found = hopeless(learner, ROW, rows, aim(rail(rise=1.0)))
        assert (found.reason, found.hoped) == (
            "no change in reach is expected to be better than the values in force",
            None,
        )


def test_a_small_gain_says_how_large_it_may_be_at_most() -> None:
    found = hopeless(mind(sd=1e-3), ROW, np.vstack([ROW, AWAY]), aim())
    assert found.hoped is not None
    assert 1e-5 < found.hoped < 1e-2


def test_a_gain_that_a_canary_would_see_is_not_called_too_small() -> None:
    found = hopeless(mind(sd=5.0), ROW, AWAY, aim())
    assert found.hoped is None
    assert found.reason.startswith("no change in reach is worth a canary: what it may bring on gain is too unlikely")


def test_of_several_guardrails_the_one_in_the_way_is_named() -> None:
    learner = mind(kpis=("gain", "cost", "lag"))
    learner.see_levels(BASE, {"cost": (10.0, SE), "lag": (10.0, SE)})
    rails = (rail(upper=99.0), Guard("lag", upper=5.0))
    assert "keeps lag within" in unsafe(learner, ROW, AWAY[0], aim(*rails)).reason


def test_what_is_seen_is_no_reason() -> None:
    assert unseen(aim(rail(rise=1.0))) is None
