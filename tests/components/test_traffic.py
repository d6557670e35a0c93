"""Arrivals are Poisson and open loop; viewers keep their arm."""

from __future__ import annotations

import numpy as np
import pytest

from components.traffic import Arrivals, Audience
from exporter.parameters import uniform
from exporter.reference import REFERENCE_PARAMETERS

LIVE = uniform(REFERENCE_PARAMETERS.defaults(), "vvtv")


def test_arrivals_have_the_mean_and_variance_of_a_poisson_process() -> None:
    arrivals = Arrivals(300.0, 0.0, np.random.default_rng(1))
    counts = np.array([arrivals.due(i * 0.05) for i in range(1, 8001)])
    assert counts.mean() == pytest.approx(15.0, abs=4 * (15 / 8000) ** 0.5)
    assert counts.var() == pytest.approx(15.0, rel=0.08)


def test_a_late_tick_brings_the_arrivals_of_the_gap() -> None:
    arrivals = Arrivals(1000.0, 0.0, np.random.default_rng(2))
    assert arrivals.due(1.0) == pytest.approx(1000, abs=200)
    assert arrivals.due(1.0) == 0


def test_a_suspended_machine_does_not_wake_to_a_flood_and_a_clock_never_runs_back() -> None:
    arrivals = Arrivals(100.0, 0.0, np.random.default_rng(3))
    assert arrivals.due(36_000.0) < 300
    assert arrivals.due(10.0) == 0


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_served_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="cannot be served"):
        Arrivals(rate, 0.0, np.random.default_rng(1))


def test_viewers_keep_the_arm_that_the_hash_gives_them() -> None:
    audience = Audience(np.random.default_rng(4), population=2000)
    arms = audience.arms(LIVE)
    assert ["canary", "baseline", "control"][arms[17]] == LIVE.arm_of("viewer-17")
    assert (audience.arms(uniform({**LIVE.arms["control"], "temperature": 1.0}, "vvtv")) == arms).all()
    assert (audience.arms(uniform(LIVE.arms["control"], "other")) != arms).any()
    assert (audience.arms(LIVE) == arms).all()


def test_traffic_splits_by_the_weights() -> None:
    audience = Audience(np.random.default_rng(5))
    counts = audience.draw(LIVE, 100_000)
    assert sum(counts) == 100_000
    # the hash of 20000 viewers is off by 0.0028 (sd), the draw by 0.0013
    assert np.array(counts) / 1e5 == pytest.approx([0.2, 0.2, 0.6], abs=0.013)
    assert audience.draw(LIVE, 0) == [0, 0, 0]
