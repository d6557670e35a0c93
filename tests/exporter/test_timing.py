"""Scaled times never fall below what scrapes and evaluations can fill."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from exporter.timing import PRODUCTION, Timing

TIMINGS = st.builds(
    Timing,
    scrape_interval=st.integers(1, 60),
    evaluation_interval=st.integers(1, 60),
    alert_scale=st.floats(1e-6, 10),
)


@given(TIMINGS, st.floats(0.001, 1e6))
def test_patience_is_at_least_one_evaluation_and_a_window_at_least_four_scrapes(timing: Timing, seconds: float) -> None:
    assert timing.patience(seconds) >= max(timing.evaluation_interval, seconds * timing.alert_scale)
    assert timing.window(seconds) >= max(4 * timing.scrape_interval, seconds * timing.alert_scale)


@given(TIMINGS)
def test_no_patience_stays_none(timing: Timing) -> None:
    assert timing.patience(0) == 0


def test_production_times_stand_as_written() -> None:
    assert PRODUCTION.patience(300) == 300
    assert PRODUCTION.window(3600) == 3600
