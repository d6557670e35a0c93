"""Windows with something wrong: each is told and left out, and nothing that is fed in raises."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.decide.analysis.quality import check
from controller.model import Floats, Track
from exporter.metric import Unit
from tests.controller.decide.analysis.courses import END, STEP, item, track
from tests.controller.decide.series import noise

COUNT = 240
CALM = 0.5 + 0.01 * noise(np.random.default_rng(1), COUNT)
RATIO = item(unit=Unit.RATIO).kpi


def _texts(found: Track) -> list[str]:
    return [finding.text for finding in check(RATIO, found).findings]


def _with(places: slice | list[int], value: float) -> Floats:
    values = CALM.copy()
    values[places] = value
    return values


def _without(places: slice) -> Track:
    whole = track(CALM)
    return replace(whole, times=np.delete(whole.times, places), values=np.delete(whole.values, places))


def test_a_sound_window_has_no_findings_and_comes_back_whole() -> None:
    found = check(RATIO, track(CALM))
    assert found.findings == ()
    assert found.values.tolist() == CALM.tolist()
    assert found.times[-1] == END - STEP / 2


def test_a_gap_is_told_with_its_share_and_its_longest_piece() -> None:
    assert _texts(_without(slice(100, 160))) == ["25% of the window is missing, 6 h of it in one piece"]
    assert _texts(_without(slice(0, 30))) == ["12% of the window is missing, 3 h of it in one piece"]
    assert _texts(_without(slice(100, 110))) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1.2, -0.1, 1e300])
def test_values_that_cannot_be_are_told_and_left_out(value: float) -> None:
    found = check(RATIO, track(_with([3, 4], value)))
    assert [item.text for item in found.findings] == [
        "2 points cannot be (NaN, infinite or outside 0..1, where a ratio lies): left out; check the metric"
    ]
    assert np.isnan(found.values[[3, 4]]).all()
    assert found.count == COUNT - 2


def test_a_few_far_points_are_outliers_and_many_are_how_the_kpi_is() -> None:
    assert _texts(track(_with([7], 0.99))) == ["1 point far off (up to 0.99, usual is 0.499): left out"]
    assert _texts(track(_with(slice(0, 60), 0.99))) == []


def test_a_run_of_far_points_at_the_end_is_a_step_and_stays() -> None:
    found = check(RATIO, track(_with(slice(COUNT - 4, COUNT), 0.9)))
    assert [item.text for item in found.findings] == [
        "the last 4 points are far off (up to 0.9, usual is 0.5): a step just now"
    ]
    assert found.count == COUNT


@pytest.mark.parametrize(
    ("value", "more"), [(1.0, ", the best there is"), (0.0, " in all 240 points, is it still meas")]
)
def test_a_constant_is_told_and_where_it_cannot_be_better_no_alarm_is_raised(value: float, more: str) -> None:
    (text,) = _texts(track(np.full(COUNT, value)))
    assert text.startswith(f"constant at {value:g}{more}")


def test_too_few_points_are_told() -> None:
    assert "only 5 points to go by, 24 are needed for noise and trend" in _texts(track(CALM[:5]))
    assert _texts(track(np.empty(0))) == ["only 0 points to go by, 24 are needed for noise and trend"]


def test_a_clock_that_jumped_is_told_and_loses_only_what_it_touched() -> None:
    whole = track(CALM)
    times = whole.times.copy()
    times[50:53] -= 20 * STEP
    found = check(RATIO, replace(whole, times=times))
    assert found.findings[0].text == "1 point at times that go back, repeat or lie off the grid: a clock jumped"
    assert found.count >= COUNT - 4


Numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(st.lists(st.tuples(Numbers, Numbers), max_size=60), st.integers(0, 100), st.sampled_from([0.5, 1.0, 360.0]))
@settings(max_examples=100, deadline=None)
@pytest.mark.filterwarnings("error")
def test_nothing_that_is_fed_in_raises_and_what_is_left_is_sane(
    points: list[tuple[float, float]], count: int, step: float
) -> None:
    times, values = np.array(points).reshape(-1, 2).T
    found = check(RATIO, Track(0.0, count * step, step, times, values))
    assert found.values.shape == found.times.shape == (count,)
    left = found.values[np.isfinite(found.values)]
    assert not np.isinf(found.values).any()
    assert ((left >= -1e-6) & (left <= 1 + 1e-6)).all()
