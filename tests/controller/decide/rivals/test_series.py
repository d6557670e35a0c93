"""Points become numerators and denominators; what is missing and what has no number stay apart."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide.case import SeriesKind
from controller.decide.rivals import series
from tests.controller.decide.rivals.cases import NOTHING, case, metric

NAN = float("nan")


def test_a_gauge_is_its_values() -> None:
    arm = series.arms(metric([1.0, NAN, 3.0], [1, 1, 1]), 3).canary
    assert arm.values.tolist() == pytest.approx([1.0, NAN, 3.0], nan_ok=True)
    assert arm.scraped.tolist() == [True, False, True]
    assert arm.mean() == 2.0


def test_a_counter_is_events_per_trial_and_pools_over_a_stretch() -> None:
    points = np.array([[1.0, 10.0], [0.0, 0.0], [NAN, NAN], [4.0, 10.0]])
    arm = series.arms(metric(points, points, kind=SeriesKind.COUNTER), 4).canary
    assert arm.values.tolist() == pytest.approx([0.1, NAN, NAN, 0.4], nan_ok=True)
    assert arm.scraped.tolist() == [True, True, False, True]
    assert arm.mean() == 0.25
    assert np.isnan(arm.cut(1, 3).mean())


def test_a_histogram_is_its_mean_or_its_share_above_the_objective() -> None:
    points = np.array([[3.0, 4.0, 1.0, 3.0], [5.0, 2.0, 0.0, 1.0]])
    plain = metric(points, points, kind=SeriesKind.HISTOGRAM, bounds=(0.5, 1.0))
    assert series.arms(plain, 2).canary.values.tolist() == [0.75, 2.5]
    above = metric(points, points, kind=SeriesKind.HISTOGRAM, bounds=(0.5, 1.0), objective=1.0)
    assert series.arms(above, 2).canary.values.tolist() == [0.25, 0.5]
    assert series.arms(above, 2).canary.mean() == pytest.approx(2 / 6)


def test_an_objective_between_two_bounds_is_refused() -> None:
    points = np.ones((2, 3))
    wrong = metric(points, points, kind=SeriesKind.HISTOGRAM, bounds=(0.5,), objective=0.7, name="latency")
    with pytest.raises(ValueError, match=r"'latency': objective 0.7 is no bucket bound; use one of \(0.5,\)"):
        series.arms(wrong, 2)


def test_a_shorter_arm_was_not_scraped_at_its_end() -> None:
    one = metric([1.0, 2.0, 3.0], [1.0])
    assert series.length(case(one)) == 3
    assert series.arms(one, 3).comparison.scraped.tolist() == [True, False, False]
    assert len(series.arms(one, 2).canary) == 2


@pytest.mark.parametrize("kind", list(SeriesKind))
def test_an_empty_arm_has_no_number(kind: SeriesKind) -> None:
    arm = series.arms(metric(NOTHING, NOTHING, kind=kind), 3).canary
    assert np.isnan(arm.values).all()
    assert not arm.scraped.any()
    assert np.isnan(arm.mean())
    assert series.length(case()) == 0
