"""The cumulative sum."""

from __future__ import annotations

import numpy as np

from controller.decide.drift.cusum import cusum


def test_it_adds_up_what_exceeds_the_slack_on_either_side() -> None:
    assert cusum(np.full(10, 0.5), 0.25) == (2.5, 1, 0)
    assert cusum(np.full(10, -0.5), 0.25) == (2.5, -1, 0)
    assert cusum(np.full(10, 0.2), 0.25).value == 0


def test_it_tells_where_it_left_zero_for_the_last_time() -> None:
    found = cusum(np.array([1.0, 1.0, -3.0, 0.0, 1.0, np.nan, 1.0]), 0.25)
    assert (found.value, found.sign, found.began) == (1.5, 1, 4)


def test_nothing_sums_up_to_nothing() -> None:
    assert cusum(np.empty(0), 0.25).value == 0
    assert cusum(np.full(5, np.nan), 0.25).value == 0
