"""Guardrails as constraints."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.decide.learner.guard import Guard, excess, room
from controller.decide.learner.response import Response
from tests.controller.decide.learner.minds import SE, SPACE, prior

BASE = np.array([5.0, 5.0])
AWAY = np.array([[8.0, 5.0]])


def _known(effect: float = 0.5, level: float | None = None) -> Response:
    """Return a model that knows the effect of going from the base away well."""
    model = Response(SPACE, prior())
    if level is not None:
        model.see_level(BASE, level, 1e-4)
    for _ in range(300):
        model.learn(BASE, AWAY[0], effect, SE)
    return model


@pytest.mark.parametrize(
    ("guard", "kept"),
    [
        (Guard("cost", rise=0.6), True),
        (Guard("cost", rise=0.4), False),
        (Guard("cost", fall=0.01), True),
        (Guard("cost", upper=10.6), True),
        (Guard("cost", upper=10.4), False),
        (Guard("cost", lower=10.4), True),
        (Guard("cost", lower=10.6), True),  # crossed before: the way back is open
        (Guard("cost", upper=9.9), False),  # crossed before, and farther away
        (Guard("cost", rise=0.6, fall=0.6), True),  # a band: both sides
        (Guard("cost", rise=0.4, fall=0.6), False),
        (Guard("cost"), True),
    ],
)
def test_a_rise_of_a_half_from_ten(guard: Guard, kept: bool) -> None:
    assert bool(excess(guard, _known(level=10.0), BASE, AWAY, 1.3)[0] <= 0) is kept


def test_a_fall_counts_on_the_other_side_of_a_band() -> None:
    band = Guard("cost", rise=0.6, fall=0.4)
    assert excess(band, _known(-0.5), BASE, AWAY, 1.3)[0] > 0
    assert excess(band, _known(0.5), BASE, AWAY, 1.3)[0] <= 0


def test_it_must_be_kept_with_certainty_and_doubt_counts() -> None:
    vague, sure = Response(SPACE, prior()), _known(0.0)
    guard = Guard("cost", rise=0.3)
    assert excess(guard, sure, BASE, AWAY, 1.3)[0] < 0 < excess(guard, vague, BASE, AWAY, 1.3)[0]
    assert excess(guard, vague, BASE, AWAY, 0.0)[0] < 0
    assert excess(guard, vague, BASE, BASE[None], 1.3)[0] == pytest.approx(-0.3)  # nothing moves


def test_limits_of_a_level_that_nobody_has_seen_ask_for_nothing() -> None:
    assert excess(Guard("cost", upper=0.0), _known(), BASE, AWAY, 1.3)[0] == -math.inf
    assert room(Guard("cost", upper=0.0), _known(), BASE) == (math.inf, math.inf)


def test_room_is_the_narrower_of_margin_and_limit_and_negative_beyond_it() -> None:
    model = _known(level=10.0)
    assert room(Guard("cost", rise=2.0, upper=11.0), model, BASE)[1] == pytest.approx(1.0, abs=0.05)
    assert room(Guard("cost", rise=0.5, upper=11.0), model, BASE)[1] == 0.5
    assert room(Guard("cost", lower=8.0), model, BASE)[0] == pytest.approx(2.0, abs=0.05)
    assert room(Guard("cost", upper=9.0), model, BASE)[1] == pytest.approx(-1.0, abs=0.05)
