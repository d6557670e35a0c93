"""Entropy and KLD against closed forms; windows tumble and do not overlap."""

from __future__ import annotations

import math

import hypothesis.extra.numpy as hnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from components.planner.diversity import TumblingDiversity, normalised_entropy, smoothed_kld

counts = hnp.arrays(np.float64, 5, elements=st.integers(0, 1000).map(float))


@pytest.mark.parametrize(
    ("found", "entropy"),
    [
        ([1, 1, 1, 1], 1.0),
        ([5, 0, 0, 0], 0.0),
        ([3, 3, 0, 0], 0.5),
        ([1, 3], -(0.25 * math.log2(0.25) + 0.75 * math.log2(0.75))),
        ([0, 0], 0.0),
        ([9], 0.0),
    ],
)
def test_entropy_in_closed_form(found: list[float], entropy: float) -> None:
    assert normalised_entropy(np.array(found, dtype=float)) == pytest.approx(entropy)


@given(counts, counts)
def test_both_are_in_range_and_scipy_agrees(one: NDArray[np.float64], two: NDArray[np.float64]) -> None:
    assert 0.0 <= normalised_entropy(one) <= 1.0 + 1e-12
    assert smoothed_kld(one, two) == pytest.approx(float(stats.entropy(one + 0.5, two + 0.5)), abs=1e-12)
    assert smoothed_kld(one, one) == pytest.approx(0.0, abs=1e-12)


def test_a_window_is_judged_once_when_it_has_ended() -> None:
    diversity = TumblingDiversity(2, 10.0)
    assert diversity.add(100.0, np.array([[0, 0], [0, 1]])) is None
    assert diversity.add(109.9, np.array([[0, 1]])) is None
    judged = diversity.add(110.0, np.array([1, 1, 1]))
    assert judged is not None
    assert judged.entropy == pytest.approx(normalised_entropy(np.array([4.0, 2.0])))
    assert judged.kld == 0.0  # the first window has no past
    assert diversity.close(119.0) is None
    later = diversity.close(120.0)
    assert later is not None
    assert later.entropy == 0.0  # only the second window's selections: nothing of the first is counted again
    assert later.kld == pytest.approx(smoothed_kld(np.array([0.0, 3.0]), np.array([4.0, 2.0])))
    assert diversity.close(130.0) is None  # an empty window is passed over


def test_the_past_fades_by_a_fifth_per_window() -> None:
    diversity = TumblingDiversity(2, 1.0)
    klds = []
    for second, category in enumerate([0, 1, 1, 1]):
        diversity.add(float(second), np.array([category] * 100))
        judged = diversity.close(second + 1.0)
        assert judged is not None
        klds.append(judged.kld)
    pasts = ([100.0, 0.0], [80.0, 100.0], [64.0, 180.0])
    wanted = [smoothed_kld(np.array([0.0, 100.0]), np.array(past)) for past in pasts]
    assert klds == [0.0, *map(pytest.approx, wanted)]
    assert wanted[0] > 3.0


def test_successive_windows_of_a_steady_mix_are_uncorrelated_in_entropy() -> None:
    rng = np.random.default_rng(3)
    diversity = TumblingDiversity(6, 1.0)
    found = []
    for second in range(2000):
        judged = diversity.add(float(second), rng.integers(0, 6, 60))
        if judged is not None:
            found.append(judged.entropy)
    series = np.array(found)
    # standard error of a lag-1 correlation of white noise: 1 / sqrt(1999) = 0.022
    assert abs(np.corrcoef(series[1:], series[:-1])[0, 1]) < 4 * 0.0224


def test_a_clock_that_jumps_back_ends_the_window_and_goes_on() -> None:
    diversity = TumblingDiversity(2, 10.0)
    diversity.add(1000.0, np.array([0]))
    assert diversity.add(500.0, np.array([1])) is not None
    assert diversity.add(505.0, np.array([1])) is None
    assert diversity.close(510.0) is not None


def test_a_window_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        TumblingDiversity(2, 0.0)
