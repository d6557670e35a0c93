"""The inverted rank-sum statistic: against ranks formed in full, against published digits, and on ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from controller.decide.rivals.rank_sum import AllTiedError, RankSum
from controller.model import Floats

SAMPLE = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=12).map(np.array)


def _by_ranks(sample: Floats, other: Floats, shift: float) -> float | None:
    """Return the statistic as the textbook forms it; None without variance."""
    m, n = sample.size, other.size
    ranks = rankdata(np.concatenate([sample - shift, other]))
    _, ties = np.unique(ranks, return_counts=True)
    variance = m * n / 12 * (m + n + 1 - (ties**3 - ties).sum() / ((m + n) * (m + n - 1)))
    distance = ranks[:m].sum() - m * (m + 1) / 2 - m * n / 2
    return float((distance - 0.5 * np.sign(distance)) / np.sqrt(variance)) if variance > 0 else None


@given(SAMPLE, SAMPLE, st.integers(-12, 12).map(lambda n: n / 2))
def test_it_is_the_textbooks_statistic(sample: Floats, other: Floats, shift: float) -> None:
    wanted = _by_ranks(sample, other, shift)
    if wanted is None:
        with pytest.raises(AllTiedError):
            RankSum(sample, other)(shift)
    else:
        assert RankSum(sample, other)(shift) == pytest.approx(wanted)


@given(SAMPLE, SAMPLE)
def test_the_common_language_effect_size_counts_pairs(sample: Floats, other: Floats) -> None:
    signs = np.sign(sample[:, None] - other[None, :])
    assert RankSum(sample, other).dominance() == pytest.approx(float((signs + 1).mean() / 2))


def test_digits_that_a_user_of_kayenta_published() -> None:
    """Spinnaker issue 6278: seven of ten canary points at 100 instead of 1."""
    shift = RankSum(np.array([100.0] * 7 + [1.0] * 3), np.ones(10)).shift(0.98)
    assert shift.low == pytest.approx(6.825022991538781e-5, rel=1e-12)
    assert shift.high == 99.0
    assert shift.estimate == pytest.approx(98.99992904170193, rel=1e-14)


def test_the_estimate_is_the_median_difference_and_the_interval_covers_as_often_as_it_says() -> None:
    """300 pairs of 60 points, 98 % wanted; 1 in 1000 below 285 or so (Monte-Carlo error 0.8 points)."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(300):
        sample, other = rng.normal(5, 10, 60), rng.normal(0, 10, 60)
        shift = RankSum(sample, other).shift(0.98)
        assert shift.estimate == pytest.approx(float(np.median(sample[:, None] - other)), abs=0.05)
        covered += shift.low <= 5 <= shift.high
    assert covered >= 286


def test_single_points_are_all_tied_at_their_only_shift() -> None:
    with pytest.raises(AllTiedError, match="all observations are tied"):
        RankSum(np.array([3.0]), np.array([1.0])).shift(0.98)
