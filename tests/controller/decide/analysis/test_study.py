"""One KPI, studied from end to end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.analysis.finding import FindingKind
from controller.decide.analysis.level import Aims
from controller.decide.analysis.opportunity import opportunities
from controller.decide.analysis.study import Study, study
from controller.model import Floats, KpiCourse, MarginUnit, Track
from exporter.metric import Unit
from tests.controller.decide.analysis.courses import DAY, END, STEP, course, item, past, wave
from tests.controller.decide.series import noise

COUNT = 240
TIMES = END - DAY + STEP * (np.arange(COUNT, dtype=np.float64) + 0.5)
PLAIN = Aims()


def _study(values: Floats, before: Track | None = None, aims: Aims = PLAIN, unit: Unit = Unit.NONE) -> Study:
    return study(item(unit=unit), float(np.nanmean(values)), 1.0, course(values, before), aims)


def _texts(found: Study, kind: FindingKind) -> list[str]:
    return [finding.text for finding in found.found[kind]]


def test_a_rise_that_is_only_the_time_of_day_is_no_trend_once_the_days_are_known() -> None:
    """From three at night to three at night a wave looks like a fall in the middle: half a day of it is a trend."""
    rng = np.random.default_rng(1)
    values = 10 + wave(TIMES, 3.0) + 0.3 * noise(rng, COUNT)
    values[: COUNT // 2] = np.nan
    blind, seeing = _study(values), _study(values, past(rng, swing=3.0, sd=0.3, level=10))
    assert blind.trend is not None
    assert seeing.trend is not None
    assert abs(seeing.trend.change.estimate) < 0.25 * abs(blind.trend.change.estimate)
    assert "is taken out (7 days)" in _texts(seeing, FindingKind.SEASON)[0]


def test_the_level_has_an_interval_and_what_it_was_before() -> None:
    found = _study(10 + noise(np.random.default_rng(2), COUNT))
    said = found.found[FindingKind.LEVEL][0]
    assert said.low < said.value < said.high
    assert said.text == f"is {said.value:.4g} +- {(said.high - said.low) / 2:.2g}, 1 in the window before"


def test_a_goal_that_no_hour_met_may_be_out_of_reach() -> None:
    rng = np.random.default_rng(3)
    values = 10 + noise(rng, COUNT)
    found = _study(values, past(rng, level=10), Aims(goal=50))
    assert _texts(found, FindingKind.GOAL)[0].startswith("outside its goal 50 (99.")
    assert _texts(found, FindingKind.GOAL)[1].startswith("none of the last 168 hours met the goal 50: the best was 1")
    assert len(_texts(_study(values, past(rng, level=10), Aims(goal=10)), FindingKind.GOAL)) == 1


def test_a_goal_that_cannot_be_met_is_told() -> None:
    found = _study(np.full(COUNT, 0.5), aims=Aims(goal=1.5), unit=Unit.RATIO)
    assert "the goal 1.5 cannot be met: a ratio lies between 0 and 1" in _texts(found, FindingKind.GOAL)


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_a_constant_has_no_trend_and_its_level_is_certain(value: float) -> None:
    found = _study(np.full(COUNT, value), aims=Aims(goal=1.0))
    assert _texts(found, FindingKind.QUALITY)[0].startswith("constant at")
    assert _texts(found, FindingKind.GOAL)[0].startswith("inside" if value >= 1 else "outside")


@pytest.mark.parametrize("values", [np.full(COUNT, np.nan), np.full(COUNT, np.inf), np.full(3, 1.0), np.empty(0)])
def test_a_course_without_use_leaves_the_level_alone(values: Floats) -> None:
    found = study(item(), 2.0, None, course(values), Aims(goal=1.0))
    assert found.trend is None
    assert found.found[FindingKind.LEVEL][0].text == "is 2"
    assert found.found[FindingKind.LEVEL][0].confidence == 0
    assert found.found[FindingKind.QUALITY]


def test_margins_are_told_in_the_kpis_unit() -> None:
    base = item()
    found = Study(base, 5.0, (), spread=2.0)
    assert found.margin == pytest.approx(0.1)
    for unit, wanted in ((MarginUnit.RELATIVE, 0.5), (MarginUnit.SD, 0.2)):
        judged = type(base)(base.kpi, base.role, 0.1, unit)
        assert Study(judged, 5.0, (), spread=2.0).margin == pytest.approx(wanted)


Numbers = st.floats(allow_nan=True, allow_infinity=True)
Points = st.lists(st.tuples(st.one_of(st.integers(-5, 200).map(float), Numbers), Numbers), max_size=80)


@given(Points, Points, st.floats(-1e50, 1e50), st.one_of(st.none(), st.floats(-1e50, 1e50)))
@settings(max_examples=100, deadline=None)
@pytest.mark.filterwarnings("error")
def test_no_course_whatever_is_in_it_stops_the_analysis(
    window: list[tuple[float, float]], before: list[tuple[float, float]], level: float, goal: float | None
) -> None:
    def made(points: list[tuple[float, float]], step: float) -> Track:
        times, values = np.array(points).reshape(-1, 2).T
        return Track(0.0, 100 * step, step, times * step, values)

    with np.errstate(over="ignore"):  # of times in these tests' own units
        whole = KpiCourse("sales", made(window, STEP), made(before, 3600.0))
    found = study(item(), level, None, whole, Aims(goal=goal))
    assert all(0 <= finding.confidence <= 1 for finding in found.findings)
    assert opportunities([found]) is not None
