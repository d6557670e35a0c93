"""A course as a case: each reading keeps its values and its weights, and gaps stay gaps."""

from __future__ import annotations

import numpy as np
import pytest

from controller.decide import sequence
from controller.decide.case import Case, MetricCase, SeriesKind
from controller.model import ArmSeries, JudgedKpi, Role
from controller.replay.record import Course
from exporter.metric import (
    Direction,
    GaugeReading,
    Kpi,
    MeanReading,
    RatioReading,
    Reading,
    Selector,
    ShareAboveReading,
    Unit,
)

ANY = Selector("any")
READINGS: list[tuple[Reading, SeriesKind]] = [
    (GaugeReading(ANY), SeriesKind.GAUGE),
    (RatioReading(ANY, ANY), SeriesKind.COUNTER),
    (ShareAboveReading(ANY, "0.5"), SeriesKind.COUNTER),
    (MeanReading(ANY), SeriesKind.HISTOGRAM),
]


def _course(reading: Reading) -> Course:
    kpi = Kpi("delay", "Delay", "", reading, Direction.LOWER, Unit.NONE, 0.1)
    weights = np.ones(4) if isinstance(reading, GaugeReading) else np.array([10.0, 0.0, 20.0, 5.0])
    values = np.array([2.5, 0.0, 1.25, np.nan])
    return Course(JudgedKpi(kpi, Role.PRIMARY, 0.1), ArmSeries(values, weights), ArmSeries(values + 1, weights * 3))


@pytest.mark.parametrize(("reading", "kind"), READINGS)
def test_a_case_says_what_the_pairs_say(reading: Reading, kind: SeriesKind) -> None:
    course = _course(reading)
    assert course.kind is kind
    canary, comparison = course.points(slice(0, 4))
    metric = MetricCase(
        "delay", Role.PRIMARY, kind, Direction.LOWER, 0.1, course.judged.margin_unit, canary, comparison, canary, canary
    )
    (item,) = sequence.evidence(Case("c", 9, 0.05, (metric,)))
    pairs = course.paired(np.arange(4.0), np.ones(4, dtype=bool))
    assert item.canary.times.tolist() == pairs.times.tolist() == [0, 1, 2]
    some = pairs.weight > 0
    assert np.allclose(item.canary.values[some], pairs.values[some], rtol=1e-15)
    assert np.array_equal(item.canary.weight, pairs.weight)
    assert item.canary.expected == pairs.expected == 4


def test_points_that_are_changed_leave_the_course_as_it_was() -> None:
    course = _course(GaugeReading(ANY))
    course.points(slice(0, 4))[0][:] = 7.0
    assert course.canary.values[0] == 2.5
