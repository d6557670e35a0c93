"""The score of a canary is a random walk with the variance that it claims, and never looks ahead."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from controller.decide.score import GAP, LARGEST, Series, forecast, grouped, path, still
from controller.model import Floats
from tests.controller.decide.series import noise

PLANNED, HISTORY = 60, 960
SEED = st.integers(0, 2**32 - 1)


def _series(values: Floats, weight: float = 1.0) -> Series:
    return Series(values, np.full(values.size, weight))


def _scores(rho: float, runs: int, effect: float = 0.0) -> tuple[Floats, Floats]:
    """Return scores and information [runs, 3] after a third, two thirds, and the whole of canaries."""
    rng, score, information = np.random.default_rng(11), [], []
    for _ in range(runs):
        series = noise(rng, HISTORY + GAP + PLANNED, rho)
        found = path(_series(series[:HISTORY]), _series(series[HISTORY + GAP :] + effect), PLANNED)
        known = found.tau / found.final**2
        score.append((known * found.effect)[19::20])
        information.append(known[19::20])
    return np.array(score), np.array(information)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_score_is_a_random_walk_whose_variance_is_the_information(rho: float) -> None:
    """300 canaries; a variance is held against chi-squared bounds (1 in 1000) that a misfit of 25 % widens."""
    runs = 300
    score, information = _scores(rho, runs)
    steps = np.diff(score, axis=1, prepend=0.0) / np.sqrt(np.diff(information, axis=1, prepend=0.0))
    low, high = chi2.ppf([0.001, 0.999], runs) / runs
    variances = (steps**2).mean(axis=0)
    assert (variances > low / 1.25).all()
    assert (variances < high * 1.25).all()
    correlations = np.asarray(np.corrcoef(steps.T))[np.triu_indices(3, 1)]
    assert np.abs(correlations).max() < 3.3 / math.sqrt(runs) + 0.1  # the standing offset is shared, and estimated


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_the_estimate_is_unbiased(rho: float) -> None:
    score, information = _scores(rho, 300, effect=0.7)
    estimates = score / information
    errors = 3.3 * np.sqrt((1 / information).mean(axis=0) / 300)
    assert (np.abs(estimates.mean(axis=0) - 0.7) < errors).all()


@given(SEED, st.integers(1, PLANNED - 1), st.sampled_from([0.0, 0.5, 0.9]))
@settings(max_examples=40)
def test_what_it_says_at_a_point_depends_on_the_points_up_to_it_alone(seed: int, count: int, rho: float) -> None:
    rng = np.random.default_rng(seed)
    history, canary = _series(noise(rng, 240, rho)), Series(noise(rng, PLANNED, rho), rng.uniform(0, 3, PLANNED))
    whole = path(history, canary, PLANNED)
    part = path(history, Series(canary.value[:count], canary.weight[:count]), PLANNED)
    for name in ("count", "effect", "error", "tau", "noise", "freedom"):
        assert getattr(part, name) == pytest.approx(getattr(whole, name)[:count], rel=1e-9, abs=1e-12)
    assert part.final == whole.final


@given(SEED, st.floats(-100, 100), st.sampled_from([-1.0, 0.01, 7.0]))
@settings(max_examples=40)
def test_a_standing_offset_changes_nothing_and_the_scale_only_the_scale(seed: int, offset: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    history, canary = noise(rng, 240, 0.5), noise(rng, 40, 0.5) + 0.5
    one = path(_series(history), _series(canary), PLANNED)
    other = path(_series(scale * (history + offset)), _series(scale * (canary + offset)), PLANNED)
    assert other.effect == pytest.approx(scale * one.effect, rel=1e-3, abs=1e-3 * abs(scale))
    assert other.error == pytest.approx(abs(scale) * one.error, rel=1e-2)
    assert other.tau == pytest.approx(one.tau, rel=1e-2)


@given(SEED, st.floats(-5, 5))
@settings(max_examples=20)
def test_an_effect_adds_to_the_estimate_what_it_is(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    history, canary = noise(rng, 240, 0.5), noise(rng, 40, 0.5)
    one, other = (path(_series(history), _series(canary + more), PLANNED) for more in (0.0, effect))
    assert other.effect == pytest.approx(one.effect + effect, abs=1e-6)
    assert other.tau == pytest.approx(one.tau)


def test_twice_the_data_per_point_nearly_halves_the_variance() -> None:
    history = _series(noise(np.random.default_rng(1), 5760))
    found = forecast(history, PLANNED)
    assert found.end(2.0).error ** 2 == pytest.approx(found.end().error ** 2 / 2, rel=0.1)
    canary = noise(np.random.default_rng(2), PLANNED)
    one, other = (path(history, _series(canary, weight), PLANNED) for weight in (1.0, 2.0))
    assert other.tau[-1] == pytest.approx(2 * one.tau[-1], rel=0.1)
    assert other.tau[-1] == pytest.approx(2.0, rel=0.1)


def test_points_without_data_add_nothing() -> None:
    rng = np.random.default_rng(3)
    history, canary = _series(noise(rng, 960)), noise(rng, 30)
    weight = np.repeat([1.0, 0.0], [20, 10])
    found = path(history, Series(canary, weight), PLANNED)
    assert found.tau[19:] == pytest.approx(np.full(11, found.tau[19]), rel=1e-3)  # slow noise is still followed
    assert found.effect[19:] == pytest.approx(np.full(11, found.effect[19]), rel=1e-3)
    nothing = path(history, Series(canary, np.zeros(30)), PLANNED)
    assert np.isinf(nothing.error).all()
    assert not nothing.effect.any()


def test_at_the_planned_end_all_information_is_in() -> None:
    rng = np.random.default_rng(4)
    history, canary = _series(noise(rng, 960, 0.5)), noise(rng, PLANNED + 20, 0.5)
    found = path(history, _series(canary), PLANNED)
    assert found.count.tolist() == list(range(1, PLANNED + 1))  # what is beyond the plan is left out
    assert found.tau[-1] == pytest.approx(1.0)
    assert (np.diff(found.tau) > 0).all()
    assert found.error[-1] == pytest.approx(found.final * math.sqrt(found.noise[-1]))


def test_a_canary_that_is_noisier_than_its_history_is_believed_less() -> None:
    rng = np.random.default_rng(5)
    history, canary = _series(noise(rng, 960)), noise(rng, PLANNED)
    usual, wild = (path(history, _series(factor * canary), PLANNED) for factor in (1.0, 3.0))
    assert usual.noise[-1] < 1.5
    assert wild.noise[-1] == pytest.approx(9.0, rel=0.4)
    assert wild.error[-1] == pytest.approx(wild.final * math.sqrt(wild.noise[-1]))
    assert (wild.noise >= 1).all()


def test_a_large_effect_is_no_noise() -> None:
    rng = np.random.default_rng(6)
    found = path(_series(noise(rng, 960)), _series(noise(rng, PLANNED) + 50.0), PLANNED)
    assert found.noise[-1] < 2.0
    assert found.effect[-1] == pytest.approx(50.0, abs=1.0)


def test_a_long_canary_is_judged_in_groups_of_points() -> None:
    rng, planned = np.random.default_rng(7), 2 * LARGEST + 1
    history, canary = _series(noise(rng, 2000)), _series(noise(rng, planned) + 1.0)
    found = path(history, Series(canary.value[:100], canary.weight[:100]), planned)
    assert found.count.tolist() == list(range(3, 100, 3))
    assert found.effect[-1] == pytest.approx(1.0, abs=0.4)
    assert found.error[-1] == pytest.approx(0.1, rel=0.5)


def test_groups_are_means_by_weight() -> None:
    series = Series(np.array([1.0, 3.0, 5.0, 9.0, 7.0]), np.array([1.0, 3.0, 0.0, 0.0, 1.0]))
    found = grouped(series, 2)
    assert found.value.tolist() == [2.5, 0.0]
    assert found.weight.tolist() == [2.0, 0.0]
    assert grouped(series, 1) is series


@pytest.mark.parametrize(
    "history", [np.arange(480) % 2 - 0.5, np.arange(480) / 480, np.eye(1, 480, 100)[0], np.eye(1, 490, 0)[0]]
)
def test_odd_histories_are_survived(history: Floats) -> None:
    """What alternates, what rises, what jumped once (also where its oldest points are left out, and it with them)."""
    found = path(_series(history), _series(history[:PLANNED]), PLANNED)
    for name in ("effect", "error", "tau", "noise", "freedom"):
        assert np.isfinite(getattr(found, name)).all()
    assert (found.error > 0).all()


@pytest.mark.parametrize("count", [0, 5, 15])
def test_a_history_that_is_too_short_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least 16 points"):
        path(_series(np.arange(float(count))), _series(np.zeros(5)), PLANNED)


# --- a history that never moved


def test_a_canary_without_movement_has_no_noise_and_a_moving_one_its_own() -> None:
    flat = still(np.full(60, 0.3), PLANNED, 5)
    assert flat.effect == pytest.approx(np.full(60, 0.3))
    assert flat.error[-1] == 0.0
    moving = still(noise(np.random.default_rng(8), 60), PLANNED, 5)
    assert moving.error[-1] == pytest.approx(1 / math.sqrt(60), rel=0.6)
    assert moving.final == pytest.approx(moving.error[-1])


@given(SEED, st.integers(1, 60))
@settings(max_examples=20)
def test_its_course_does_not_look_ahead_either(seed: int, count: int) -> None:
    values = noise(np.random.default_rng(seed), 60)
    whole, part = still(values, PLANNED, 5), still(values[:count], PLANNED, 5)
    for name in ("count", "effect", "error", "tau", "freedom"):
        assert getattr(part, name).tolist() == getattr(whole, name)[:count].tolist()


def test_it_is_looked_at_from_sixteen_points_on_at_every_tenth() -> None:
    found = still(noise(np.random.default_rng(9), 57), 57, 5)
    assert (np.flatnonzero(np.isfinite(found.error)) + 1).tolist() == [20, 30, 40, 50, 57]
    assert still(np.empty(0), PLANNED, 5).final == math.inf
