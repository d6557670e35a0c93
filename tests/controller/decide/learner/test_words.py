"""What people read at three in the morning."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.learner.guard import Guard
from controller.decide.learner.learner import Learner
from controller.decide.learner.propose import Proposal, propose
from controller.decide.learner.words import rationale
from tests.controller.decide.learner.minds import BASE, SE, aim, box, mind, rail


def _said(learner: Learner, *guards: Guard) -> tuple[str, Proposal]:
    what_for = aim(*guards)
    found = propose(learner, BASE, box(), what_for, np.random.default_rng(1))
    assert isinstance(found, Proposal)
    return rationale(found, BASE, learner, what_for), found


def _taught(count: int) -> Learner:
    learner = mind()
    for number in range(count):
        tried = {**BASE, "x": 5.0 + (-1) ** number}
        learner.learn(BASE, tried, {"gain": (0.5 * (-1) ** number, SE), "cost": (0.0, SE)})
    return learner


def test_a_rationale_names_the_moves_the_impact_the_guardrails_the_chance_and_what_it_rests_on() -> None:
    text, found = _said(_taught(6), rail(rise=1.0))
    gain = next(one for one in found.forecasts if one.kpi == "gain")
    assert text.startswith(f"x 5 -> {found.values['x']:g}")
    assert f"gain should change by {gain.effect:+.3g}, a canary measures between {gain.low:+.3g} and" in text
    assert "; cost by " in text
    assert "(rise at most 1)" in text
    assert f"chance of a promotion {found.chance:.0%}" in text
    assert "learnt from 6 canaries" in text
    assert text.endswith(f"best of {found.candidates} candidates")
    assert len(text) < 400


def test_what_is_tried_without_knowing_says_so() -> None:
    text, _ = _said(mind(), rail(rise=2.0, upper=30.0))
    assert "nobody knows yet which way gain goes" in text
    assert "(rise at most 2, limit 30, never measured)" in text
    assert "nothing is measured yet" in text
    assert "mostly worth trying for what is not known yet" in text


@pytest.mark.parametrize(("guard", "words"), [(Guard("cost", fall=0.9), "fall at most 0.9"), (rail(), "no limit")])
def test_every_kind_of_guardrail_has_words(guard: Guard, words: str) -> None:
    assert f"({words}" in _said(_taught(1), guard)[0]
    assert "learnt from 1 canary;" in _said(_taught(1), guard)[0]
