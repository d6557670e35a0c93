"""The token bucket never gives more than it holds and refills at its pace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.budget import TokenBucket


def test_it_starts_full_empties_and_refills() -> None:
    bucket = TokenBucket(2.0, 0.5, now=100.0)
    assert bucket.used(100.0) == 0.0
    assert [bucket.take(100.0) for _ in range(3)] == [True, True, False]
    assert bucket.used(100.0) == 1.0
    assert not bucket.take(101.9)
    assert bucket.take(102.1)
    assert bucket.used(1000.0) == 0.0


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 3)), max_size=60))
def test_no_stretch_of_time_gives_more_than_capacity_and_refill(calls: list[tuple[float, float]]) -> None:
    capacity, refill = 5.0, 0.7
    bucket = TokenBucket(capacity, refill, now=0.0)
    now = spent = 0.0
    for gap, tokens in calls:
        now += gap
        spent += tokens if bucket.take(now, tokens) else 0.0
        assert spent <= capacity + refill * now + 1e-6
        assert 0.0 <= bucket.used(now) <= 1.0


def test_a_clock_that_jumps_back_refills_nothing_and_is_followed() -> None:
    bucket = TokenBucket(1.0, 1.0, now=1000.0)
    assert bucket.take(1000.0)
    assert not bucket.take(10.0)
    assert bucket.take(11.0)


@pytest.mark.parametrize(("capacity", "refill"), [(0.0, 1.0), (-1.0, 1.0), (1.0, -1.0)])
def test_nonsense_is_refused(capacity: float, refill: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        TokenBucket(capacity, refill, now=0.0)
