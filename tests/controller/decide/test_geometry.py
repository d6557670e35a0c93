"""Covariances between history blocks and canary points are those of brute force over every pair of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from controller.decide.geometry import DECOUPLED, block_sizes, geometry
from controller.decide.spectrum import times
from controller.model import Floats


def _averages(sizes: NDArray[np.int64], count: int) -> Floats:
    """Return the matrix [K, H] that takes block means of a history that is listed from its latest point backwards."""
    matrix = np.zeros((sizes.size, count))
    ends = np.cumsum(sizes)
    for row, (end, size) in enumerate(zip(ends, sizes, strict=True)):
        matrix[row, end - size : end] = 1 / size
    return matrix


@pytest.mark.parametrize(("history", "planned", "gap"), [(16, 5, 1), (37, 8, 20), (130, 10, 3), (64, 1, 0)])
def test_they_are_the_sums_over_all_pairs(history: int, planned: int, gap: int) -> None:
    found = geometry(history, planned, gap)
    past = -gap - np.arange(history, dtype=float)  # nearest first
    ahead = np.arange(planned, dtype=float) + 1
    averages = _averages(found.sizes, history)
    for index, time in enumerate(times(history)):
        if time == 0:
            inner = np.eye(history)
            across = np.zeros((history, planned))
            lags = (np.arange(planned) == 0).astype(float)
        else:
            inner = np.exp(-np.abs(past[:, None] - past[None, :]) / time)
            across = np.exp(-(ahead[None, :] - past[:, None]) / time) * (time >= DECOUPLED)
            lags = np.exp(-np.arange(planned) / time)
        assert found.blocks[index] == pytest.approx(averages @ inner @ averages.T, rel=1e-9, abs=1e-12)
        assert found.across[index] == pytest.approx(averages @ across, rel=1e-9, abs=1e-12)
        assert found.lags[index] == pytest.approx(lags)


def test_distances_are_between_points_of_the_canary() -> None:
    found = geometry(32, 4, 0).distance
    assert found.tolist() == [[0, 1, 2, 3], [1, 0, 1, 2], [2, 1, 0, 1], [3, 2, 1, 0]]


@given(st.integers(1, 200_000))
def test_blocks_cover_the_whole_history_once(count: int) -> None:
    sizes = block_sizes(count)
    assert sizes.sum() == count
    assert (sizes > 0).all()
    assert sizes[0] == min(20, count)
    assert (np.diff(sizes[:-1]) >= 0).all()  # longer far away; the farthest may be cut


@given(st.integers(16, 6000), st.integers(1, 60), st.integers(0, 500))
def test_the_covariance_of_history_and_canary_together_is_one(history: int, planned: int, gap: int) -> None:
    """No combination of block means and points has a negative variance, whatever the powers."""
    found = geometry(history, planned, gap)
    for index, lags in enumerate(found.lags):
        whole = np.block([[found.blocks[index], found.across[index]], [found.across[index].T, lags[found.distance]]])
        assert float(np.linalg.eigvalsh(whole).min()) > -1e-9


def test_a_gap_between_history_and_canary_loosens_their_bond() -> None:
    near, far = geometry(480, 10, 20), geometry(480, 10, 200)
    slow = times(480) >= DECOUPLED
    assert (near.across[slow] > far.across[slow]).all()
    assert np.array_equal(near.blocks, far.blocks)
