"""Fisher's test, Tarone's limit and confidence, against scipy and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from controller.triage.strength import Table, confidence, digits, looked_at

COUNTS = st.integers(0, 40)


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_p_is_fishers(a: int, b: int, c: int, d: int) -> None:
    found = Table(a, b, c, d).p
    assert found == pytest.approx(stats.fisher_exact([[a, b], [c, d]], alternative="greater")[1], abs=1e-9)
    assert Table(a, b, c, d).least_p <= found + 1e-12


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.01, 0.99))
def test_confidence_is_the_share_of_a_beta_belief(failed: int, more: int, share: float) -> None:
    of = failed + more
    assert confidence(failed, of, share) == pytest.approx(stats.beta.sf(share, failed + 1, of - failed + 1), abs=1e-9)


@pytest.mark.parametrize(
    ("failed", "of", "kinds", "found"),
    [(3, 3, 1, 0.9375), (4, 4, 1, 0.96875), (3, 4, 1, 0.8125), (4, 4, 4, 0.875), (3, 3, 100, 0.0), (0, 0, 1, 0.5)],
)
def test_confidence_in_more_than_half(failed: int, of: int, kinds: int, found: float) -> None:
    assert confidence(failed, of, 0.5, kinds) == pytest.approx(found)


def test_more_kinds_looked_at_are_never_surer() -> None:
    found = [confidence(6, 7, 0.5, kinds) for kinds in range(1, 30)]
    assert found == sorted(found, reverse=True)
    assert all(0.0 <= one <= 1.0 for one in found)


def test_thousands_of_cases_do_not_overflow() -> None:
    assert confidence(4000, 5000, 0.5) == 1.0
    assert Table(4000, 1000, 2000, 3000).p < 1e-300


@pytest.mark.parametrize(("failed", "of", "share"), [(2, 1, 0.5), (-1, 1, 0.5), (1, 1, 0.0), (1, 1, 1.0)])
def test_impossible_counts_are_refused(failed: int, of: int, share: float) -> None:
    with pytest.raises(ValueError, match=r"cannot have failed|must lie between"):
        confidence(failed, of, share)


def test_tables_that_can_show_nothing_do_not_count() -> None:
    hopeless = [Table(1, 0, 3, 30)] * 50
    good = Table(5, 1, 2, 40)
    assert looked_at([good], 0.05) == 1
    assert looked_at([good, *hopeless], 0.05) == 1
    assert looked_at([good] * 20, 0.05) == 20
    assert looked_at([], 0.05) == 0


def test_lift_says_how_many_times_as_often() -> None:
    assert Table(3, 1, 2, 6).lift == 3.0
    assert Table(3, 1, 0, 6).lift == math.inf
    assert math.isnan(Table(0, 0, 1, 1).lift)


@pytest.mark.parametrize(
    ("sure", "text"),
    [(0.0, "0.00"), (0.949, "0.95"), (0.99, "0.99"), (0.992, ">0.99"), (0.996, ">0.99"), (1.0, ">0.99")],
)
def test_no_confidence_is_told_as_certainty(sure: float, text: str) -> None:
    assert digits(sure) == text
