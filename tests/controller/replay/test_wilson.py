"""Wilson's interval, against values computed elsewhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from controller.replay.wilson import interval


@given(st.integers(1, 500), st.data())
def test_it_is_scipys_interval(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    wanted = binomtest(hits, trials).proportion_ci(method="wilson")
    assert interval(hits, trials) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_nothing_is_known_without_trials() -> None:
    assert all(math.isnan(end) for end in interval(0, 0))
