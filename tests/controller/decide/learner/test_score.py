"""The expected promoted gain, against Monte-Carlo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.learner.score import promoted_gain, proven_harmless

DRAWS = 200_000


@pytest.mark.parametrize(
    ("mean", "sd", "error", "needed"),
    [(0.0, 1.0, 1.0, 2.0), (0.5, 0.2, 0.1, 2.0), (-1.0, 2.0, 0.5, 2.3), (0.3, 0.0, 0.2, 1.0), (2.0, 1.0, 0.01, 3.0)],
)
def test_gain_and_chance_are_those_of_simulated_canaries(mean: float, sd: float, error: float, needed: float) -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(mean, sd, DRAWS)
    promoted = true + rng.normal(0, error, DRAWS) > needed * error
    gain, chance = promoted_gain(np.array([mean]), np.array([sd**2]), error, needed)
    found = true * promoted
    assert gain[0] == pytest.approx(found.mean(), abs=4 * found.std() / np.sqrt(DRAWS) + 1e-12)
    assert chance[0] == pytest.approx(promoted.mean(), abs=4 * promoted.std() / np.sqrt(DRAWS) + 1e-12)


@pytest.mark.parametrize("room", [(np.inf, 1.0), (0.5, np.inf), (0.8, 1.2), (np.inf, -0.2)])
def test_the_chance_to_be_proven_harmless_is_that_of_simulated_canaries(room: tuple[float, float]) -> None:
    rng = np.random.default_rng(2)
    seen = rng.normal(0.1, 0.3, DRAWS) + rng.normal(0, 0.2, DRAWS)
    fine = (seen + 1.6 * 0.2 < room[1]) & (seen - 1.6 * 0.2 > -room[0])
    chance = proven_harmless(np.array([0.1]), np.array([0.09]), room, 0.2, 1.6)
    slack = 0.01 if np.isfinite(room).all() else 0.0  # two sides are counted as if they were independent
    assert chance[0] == pytest.approx(fine.mean(), abs=4 * fine.std() / np.sqrt(DRAWS) + slack)


def test_what_is_not_known_is_worth_something_and_what_is_known_to_be_bad_is_not() -> None:
    gain, _ = promoted_gain(np.zeros(3), np.array([0.0, 0.1, 1.0]), 0.1, 2.0)
    assert gain[0] == 0.0
    assert 0 < gain[1] < gain[2]
    assert promoted_gain(np.array([-1.0]), np.array([0.01]), 0.1, 2.0)[0][0] <= 0


def test_a_canary_that_sees_nothing_rules_nothing_out() -> None:
    assert proven_harmless(np.zeros(2), np.ones(2), (1.0, np.inf), np.inf, 1.6).tolist() == [0.0, 0.0]
    assert proven_harmless(np.zeros(2), np.ones(2), (np.inf, np.inf), np.inf, 1.6).tolist() == [1.0, 1.0]


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(1e-9, 1e6), st.floats(0, 10))
def test_figures_are_always_numbers(mean: float, sd: float, error: float, needed: float) -> None:
    gain, chance = promoted_gain(np.array([mean]), np.array([sd**2]), error, needed)
    assert np.isfinite(gain).all()
    assert 0 <= chance[0] <= 1
    harmless = proven_harmless(np.array([mean]), np.array([sd**2]), (1.0, 2.0), error, needed)
    assert 0 <= harmless[0] <= 1
