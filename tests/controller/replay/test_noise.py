"""Noise is told by how long it lasts, and found where it was put."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from controller.model import Floats, PairedSeries
from controller.replay.noise import Noise, Part, noise, words
from tests.controller.replay.ground import config

COUNT = 4096
SALES, STOCK = config().judged


def _history(moved: Floats, trials: float | None = None) -> PairedSeries:
    values = np.stack([0.5 + moved, np.full(moved.size, 0.5)], axis=1)
    made = None if trials is None else np.full((moved.size, 2), trials)
    return PairedSeries(np.arange(moved.size, dtype=float), values, made, moved.size)


def _slow(rho: float, seed: int) -> Floats:
    white = np.random.default_rng(seed).normal(size=COUNT + 500)
    found: Floats = lfilter([math.sqrt(1 - rho**2)], [1.0, -rho], white)[500:]
    return found


def _shares(found: Noise, above: float) -> float:
    return sum(part.share for part in found.parts if part.seconds >= above)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_white_noise_differs_from_point_to_point(seed: int) -> None:
    found = noise(STOCK, _history(0.01 * np.random.default_rng(seed).normal(size=COUNT)), 240, 15.0)
    assert found.rule == "score"
    assert sum(part.share for part in found.parts) == pytest.approx(1)
    assert _shares(found, above=30) < 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_half_slow_noise_is_found_with_its_time(seed: int) -> None:
    """An autoregression of .95 fades as exp(-h / 19.5 points): 4.9 min of 15 s."""
    white = np.random.default_rng(seed + 10).normal(size=COUNT)
    found = noise(STOCK, _history(_slow(0.95, seed) + white), 240, 15.0)
    assert 0.35 < _shares(found, above=60) < 0.65
    slow = max((part for part in found.parts if part.seconds > 0), key=lambda part: part.share)
    assert 120 < slow.seconds < 720


def test_rare_events_and_a_history_that_never_moved_have_rules_of_their_own() -> None:
    rare = np.zeros(COUNT)
    rare[::500] = 0.01
    history = _history(np.zeros(COUNT), 100.0)
    counted = PairedSeries(history.times, np.stack([rare, rare], axis=1), history.trials, COUNT)
    assert noise(SALES, counted, 240, 15.0) == Noise("bets")
    assert noise(STOCK, _history(np.zeros(COUNT)), 240, 15.0) == Noise("still")
    assert "rare" in words(Noise("bets"), 1.0)
    assert "never moved" in words(Noise("still"), 1.0)


def test_parts_are_told_with_their_time_and_slight_ones_are_not() -> None:
    found = Noise("score", (Part(0.5, 0.0), Part(0.3, 240.0), Part(0.19, 50000.0), Part(0.01, 15.0)))
    assert words(found, 86400.0) == (
        "of the noise, 50% differs from point to point, 30% lasts about 4 min, "
        "19% wanders for longer than the history tells"
    )
