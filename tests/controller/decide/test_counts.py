"""Bets on rare counts: fair without a difference, whenever one looks; and rates within their intervals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from controller.decide.counts import Bets, Rarity, bets, dispersion, events, rarity
from controller.model import Floats
from tests.controller.decide.series import GAUGE, MEAN, RATIO, at_least, at_most, counted, paired, poisson

PLANNED, HISTORY = 60, 480
TRIALS = (20.0, 40.0)
RARE = Rarity(flipped=False)


def _bets(rng: np.random.Generator, rates: tuple[float, float], alpha: float = 0.05) -> Bets:
    canary = poisson(rng, PLANNED, rates, TRIALS)
    history = poisson(rng, HISTORY, (rates[1], rates[1]), TRIALS)
    return bets(canary, RARE, history, PLANNED, alpha)


@pytest.mark.parametrize("total", [0, 1, 3, 20, 60])
@pytest.mark.parametrize("trials", [(20.0, 40.0), (100.0, 5.0)])
def test_without_a_difference_a_bet_returns_its_stake_on_the_average(total: int, trials: tuple[float, float]) -> None:
    """Exactly: over every way in which so many events can fall on the arms."""
    share = trials[0] / sum(trials)
    made = np.array([[1e6 * trials[0], 1e6 * trials[1]]])  # room for any number of events
    past = counted(np.ones((16, 2)), np.tile(made, (16, 1)))
    mean = [0.0, 0.0]
    for mine in range(total + 1):
        found = bets(counted(np.array([[mine, total - mine]]), made), RARE, past, PLANNED, 0.05)
        chance = float(binom.pmf(mine, total, share))
        mean[0] += chance * math.exp(found.more[-1])
        mean[1] += chance * math.exp(found.fewer[-1])
    assert mean == pytest.approx([1.0, 1.0], rel=1e-5)


def test_it_seldom_wins_without_a_difference_however_often_one_looks() -> None:
    """600 canaries, looks at every point; bounds are missed once in a thousand."""
    rng, runs, alpha = np.random.default_rng(1), 600, 0.05
    found = [_bets(rng, (0.01, 0.01)) for _ in range(runs)]
    for logs in ([one.more for one in found], [one.fewer for one in found]):
        assert sum(bool(log.max() >= -math.log(alpha)) for log in logs) <= at_most(alpha, runs)


def test_intervals_hold_both_rates_at_all_looks_together() -> None:
    rng, runs, rates = np.random.default_rng(2), 300, (0.012, 0.02)
    found = [_bets(rng, rates, 0.1) for _ in range(runs)]
    wanted = np.array(rates)
    held = sum(bool(((one.low <= wanted) & (wanted <= one.high)).all()) for one in found)
    assert held >= at_least(0.9, runs)
    narrow = np.array([one.high[-1] - one.low[-1] for one in found]).mean(axis=0)
    assert (narrow < 2.2 * np.array(rates)).all()  # and they are not so wide that they always would


@pytest.mark.parametrize(("ratio", "power"), [(3.0, 0.9), (5.0, 0.98)])
def test_more_events_are_found_and_fewer_not_imagined(ratio: float, power: float) -> None:
    rng, runs = np.random.default_rng(3), 100
    found = [_bets(rng, (0.01 * ratio, 0.01)) for _ in range(runs)]
    assert sum(bool(one.more.max() >= -math.log(0.02)) for one in found) >= at_least(power, runs)
    assert sum(bool(one.fewer.max() >= -math.log(0.02)) for one in found) == 0


@given(st.integers(0, 2**32 - 1), st.integers(1, PLANNED))
def test_it_does_not_look_ahead(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    canary, history = (poisson(rng, points, (0.02, 0.02), TRIALS) for points in (PLANNED, HISTORY))
    assert canary.trials is not None
    part = counted(events(canary, flipped=False)[:count], canary.trials[:count])
    whole, cut = (bets(series, RARE, history, PLANNED, 0.05) for series in (canary, part))
    for name in ("more", "fewer", "low", "high"):
        assert getattr(cut, name) == pytest.approx(getattr(whole, name)[:count])


def test_points_without_trials_move_nothing() -> None:
    made = np.array([[10.0, 10.0], [0.0, 0.0], [10.0, 10.0]])
    found = bets(counted(np.array([[1, 0], [0, 0], [1, 1]]), made), RARE, counted(made * 0, made + 1), PLANNED, 0.05)
    assert found.more[1] == found.more[0]
    assert np.isfinite(found.more).all()
    assert (found.low <= found.high).all()


def test_without_any_event_the_rate_may_still_be_above_zero() -> None:
    made = np.full((PLANNED, 2), 100.0)
    found = bets(counted(made * 0, made), RARE, counted(made * 0, made), PLANNED, 0.05)
    assert (found.low == 0).all()
    assert (np.diff(found.high, axis=0) < 0).all()  # and the more trials were in vain, the rarer it is
    assert 0 < found.high[-1, 0] < 0.005


# --- what is rare


def test_failures_of_a_success_rate_near_one_are_the_rare_events() -> None:
    rng = np.random.default_rng(4)
    failed = poisson(rng, HISTORY, (0.001, 0.001), TRIALS)
    made = np.tile(TRIALS, (HISTORY, 1))
    good = counted(made - events(failed, flipped=False), made)
    assert rarity(RATIO, good, PLANNED) == Rarity(flipped=True)
    assert rarity(RATIO, failed, PLANNED) == Rarity(flipped=False)
    assert events(good, flipped=True).tolist() == events(failed, flipped=False).tolist()


def test_what_never_happened_or_always_is_rare() -> None:
    made = np.full((HISTORY, 2), 10.0)
    assert rarity(RATIO, counted(made * 0, made), PLANNED) == Rarity(flipped=False)
    assert rarity(RATIO, counted(made, made), PLANNED) == Rarity(flipped=True)


def test_what_is_frequent_is_not_rare() -> None:
    rng = np.random.default_rng(5)
    assert rarity(RATIO, poisson(rng, HISTORY, (0.3, 0.3), TRIALS), PLANNED) is None
    assert rarity(RATIO, poisson(rng, HISTORY, (0.7, 0.7), TRIALS), PLANNED) is None


@pytest.mark.parametrize(("rate", "rare"), [(0.01, True), (0.015, True), (0.018, False), (0.03, False)])
def test_sixty_events_in_a_canary_are_no_longer_rare(rate: float, *, rare: bool) -> None:
    """60 points of 60 trials: a rate of .0167. A long history, so that chance does not look like bursts."""
    history = poisson(np.random.default_rng(5), 10 * HISTORY, (rate, rate), TRIALS)
    assert (rarity(RATIO, history, PLANNED) is not None) is rare


def test_bursts_are_left_to_the_score() -> None:
    """Events in clumps of five are as many, and their shares vary five times as much as a binomial's."""
    rng = np.random.default_rng(6)
    made = np.tile((200.0, 200.0), (HISTORY, 1))
    single = rng.poisson(0.25, size=(HISTORY, 2))
    clumps = 5 * rng.poisson(0.05, size=(HISTORY, 2))
    assert rarity(RATIO, counted(single, made), PLANNED) == RARE
    assert rarity(RATIO, counted(clumps, made), PLANNED) is None


def test_rates_that_always_differed_are_left_to_the_score() -> None:
    rng = np.random.default_rng(7)
    assert rarity(RATIO, poisson(rng, HISTORY, (0.02, 0.005), TRIALS), PLANNED) is None


@pytest.mark.parametrize("mean", [0.001, 0.3, 0.9, 5.0, 250.0])
def test_a_histograms_mean_is_never_a_count(mean: float) -> None:
    """A latency of 250 ms has no rare events, whatever unit it is in."""
    rng = np.random.default_rng(8)
    made = np.full((HISTORY, 2), 20.0)
    assert rarity(MEAN, counted(made * mean * rng.uniform(0.9, 1.1, size=made.shape), made), PLANNED) is None


def test_several_events_per_trial_leave_no_trials_without() -> None:
    made = np.full((HISTORY, 2), 2.0)
    assert rarity(RATIO, counted(made * 3, made), PLANNED) is None


def test_without_trials_nothing_is_rare() -> None:
    assert rarity(GAUGE, paired(np.zeros(HISTORY)), PLANNED) is None
    one_arm = np.tile((10.0, 0.0), (HISTORY, 1))
    assert rarity(RATIO, counted(one_arm * 0, one_arm), PLANNED) is None
    assert rarity(RATIO, counted(np.empty((0, 2)), np.empty((0, 2))), PLANNED) is None


def test_a_gauge_has_no_events() -> None:
    gauge, counter = paired(np.zeros(20)), counted(np.zeros((20, 2)), np.ones((20, 2)))
    for ask in (
        lambda: events(gauge, flipped=False),
        lambda: bets(gauge, RARE, counter, PLANNED, 0.05),
        lambda: bets(counter, RARE, gauge, PLANNED, 0.05),
    ):
        with pytest.raises(ValueError, match="a gauge has no events"):
            ask()


def _clumped(size: int, share: float) -> float:
    rng = np.random.default_rng(9)
    total = np.full(20_000, 2.0)
    mine: Floats = size * rng.binomial(int(total[0]), share, total.size).astype(float)
    return dispersion(mine, size * total, np.full(total.size, share))


def test_dispersion_is_the_size_of_clumps() -> None:
    """1000 blocks: the error of a variance ratio is 4.5 %."""
    found = [_clumped(size, 0.3) for size in (1, 2, 5)]
    assert found == pytest.approx([1, 2, 5], rel=0.15)
    assert all(one < other for one, other in pairwise(found))
    assert dispersion(np.ones(19), np.ones(19), np.full(19, 0.5)) == 1.0
    assert dispersion(np.zeros(40), np.zeros(40), np.full(40, 0.5)) == 1.0
