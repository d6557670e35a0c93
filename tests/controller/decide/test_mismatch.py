"""A split of the traffic that breaks is found; bursts and planned steps are not taken for one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from controller.decide.mismatch import share
from controller.decide.policy import Policy
from controller.model import Floats, PairedSeries
from tests.controller.decide.series import PLANNED, POLICY, at_most, counted, noise, paired

HISTORY = 480


def _traffic(rng: np.random.Generator, count: int, canary: Floats | float = 0.5, *, bursty: bool = False) -> Floats:
    """Return trials [N, 2] of which `canary` go to the canary; bursts swing the whole, and come unit by unit."""
    level = 100 * np.exp(0.7 * noise(rng, count, 0.9)) if bursty else np.full(count, 100.0)
    size = 10 if bursty else 1  # of a unit of traffic
    total = rng.poisson(level / size)
    mine = rng.binomial(total, canary)
    return size * np.stack([mine, total - mine], axis=1).astype(float)


def _series(trials: Floats) -> PairedSeries:
    return counted(0.3 * trials, trials)


@pytest.mark.parametrize("usual", [0.5, 0.2, 0.9])
@pytest.mark.parametrize("factor", [0.7, 1.3])
def test_a_split_that_breaks_is_found(usual: float, factor: float) -> None:
    rng = np.random.default_rng(1)
    broken = min(factor * usual, 0.99)
    if abs(broken / usual - 1) < 0.2:
        broken = 0.6 * usual
    found = share(_series(_traffic(rng, HISTORY, usual)), _series(_traffic(rng, PLANNED, broken)), POLICY)
    assert found is not None
    assert found.off[-1]
    assert found.usual == pytest.approx(usual, abs=0.01)
    assert found.found[-1] == pytest.approx(broken, abs=0.03)
    assert not found.off[: POLICY.minimum_harm - 1].any()


def test_a_split_that_breaks_in_mid_canary_is_found_later() -> None:
    rng = np.random.default_rng(2)
    during = np.concatenate([_traffic(rng, 20), _traffic(rng, 40, 0.2)])
    found = share(_series(_traffic(rng, HISTORY)), _series(during), POLICY)
    assert found is not None
    assert not found.off[:20].any()
    assert found.off[-1]


@pytest.mark.parametrize("bursty", [False, True])
def test_a_stable_share_is_no_mismatch_however_the_traffic_swings(*, bursty: bool) -> None:
    """300 canaries, looks at every point: at most .001, and what a misfit of the noise adds to it."""
    rng, runs, off = np.random.default_rng(3), 300, 0
    for _ in range(runs):
        trials = _traffic(rng, HISTORY + PLANNED, bursty=bursty)
        found = share(_series(trials[:HISTORY]), _series(trials[HISTORY:]), POLICY)
        off += found is not None and bool(found.off.any())
    assert off <= at_most(0.005, runs)


def test_a_small_deviation_is_tolerated_though_it_is_certain() -> None:
    """Two per cent fewer, seen on a hundred million units: significant, and of no importance."""
    past, now = np.tile((1e6, 1e6), (HISTORY, 1)), np.tile((0.98e6, 1.02e6), (PLANNED, 1))
    rng = np.random.default_rng(4)
    past, now = past + 1000 * rng.normal(size=past.shape), now + 1000 * rng.normal(size=now.shape)
    found = share(_series(past), _series(now), POLICY)
    assert found is not None
    assert not found.off.any()
    strict = share(_series(past), _series(now), replace(POLICY, mismatch=0.005))
    assert strict is not None
    assert strict.off[-1]


def test_a_planned_step_is_no_mismatch_and_the_history_s_share_then_is() -> None:
    """The canary is to get a quarter of a comparison's traffic, and from point 30 on as much as it."""
    rng = np.random.default_rng(5)
    history = _series(_traffic(rng, HISTORY, 0.2))
    step = np.repeat([1.0, 4.0], 30)
    during = np.concatenate([_traffic(rng, 30, 0.2), _traffic(rng, 30, 0.5)])
    planned = share(history, replace(_series(during), traffic=step), POLICY)
    assert planned is not None
    assert not planned.off.any()
    unplanned = share(history, _series(during), POLICY)
    assert unplanned is not None
    assert unplanned.off[-1]
    missed = share(history, replace(_series(_traffic(rng, PLANNED, 0.2)), traffic=step), POLICY)
    assert missed is not None
    assert missed.off[-1]


def test_shares_that_never_moved_have_no_noise() -> None:
    history = _series(np.tile((10.0, 30.0), (HISTORY, 1)))
    for now, wanted in (((10.0, 30.0), False), ((10.2, 30.0), False), ((12.0, 30.0), True)):
        found = share(history, _series(np.tile(now, (PLANNED, 1))), POLICY)
        assert found is not None
        assert bool(found.off[-1]) is wanted


def test_an_arm_that_gets_nothing_any_more_is_a_mismatch() -> None:
    rng = np.random.default_rng(6)
    for now in ((0.0, 100.0), (100.0, 0.0)):
        found = share(_series(_traffic(rng, HISTORY)), _series(np.tile(now, (PLANNED, 1))), POLICY)
        assert found is not None
        assert found.off[-1]


def test_a_short_history_and_no_traffic_prove_nothing() -> None:
    rng = np.random.default_rng(7)
    short = share(_series(_traffic(rng, 100)), _series(_traffic(rng, PLANNED, 0.1)), POLICY)
    assert short is not None
    assert not short.off.any()
    silent = share(_series(_traffic(rng, HISTORY)), _series(np.zeros((PLANNED, 2))), POLICY)
    assert silent is not None
    assert silent.found.tolist() == [0.0] * PLANNED


def test_a_gauge_has_no_share_nor_has_a_history_or_a_canary_without_trials() -> None:
    rng, policy = np.random.default_rng(8), Policy()
    counter, nothing = _series(_traffic(rng, HISTORY)), _series(np.zeros((HISTORY, 2)))
    assert share(paired(np.zeros(9)), paired(np.zeros(9)), policy) is None
    assert share(nothing, counter, policy) is None
    assert share(counter, _series(np.empty((0, 2))), policy) is None
