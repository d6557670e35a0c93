"""The box of a simulated run moves as the autopilot's sliding bounds do."""

from __future__ import annotations

import pytest

from controller.decide.bounds.policy import BoundsPolicy
from controller.model import Verdict
from controller.trials.simulation.box import SlidingBox, clipped
from controller.trials.simulation.task import Trial

HARD = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
START = {"x": 0.5, "y": 0.5}


def _box(policy: BoundsPolicy | None = None, max_step: float = 0.5) -> SlidingBox:
    return SlidingBox(HARD, max_step, policy)


def _trial(day: float, verdict: Verdict) -> Trial:
    return Trial(day, START, {"x": 0.6, "y": 0.5}, {}, verdict)


def test_the_box_is_one_step_around_the_values_inside_the_bounds() -> None:
    assert _box(max_step=0.1).allowed({"x": 0.5, "y": 0.95}, 0.0) == {
        "x": (0.4, 0.6),
        "y": (pytest.approx(0.85), 1.0),
    }


def test_three_rollbacks_of_a_parameter_narrow_its_bounds_by_a_quarter_around_its_value() -> None:
    box = _box(BoundsPolicy())
    for day in range(3):
        assert box.allowed(START, float(day))["x"] == (0.0, 1.0)
        box.note(_trial(float(day), Verdict.ROLLBACK), None)
    found = box.allowed(START, 3.0)
    assert pytest.approx((0.125, 0.875)) == found["x"]
    assert found["y"] == (0.0, 1.0)  # nobody moved it


def test_contractions_wait_longer_each_time_and_end_at_the_floor() -> None:
    box = _box(BoundsPolicy())
    widths = []
    for index in range(400):
        box.note(_trial(index / 2, Verdict.ROLLBACK), None)
        low, high = box.allowed(START, index / 2)["x"]
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] >= 0.1 * (1 - 1e-9)
    assert widths[60] > 0.2  # a month of rollbacks: waits of 1, 2, 4, 8, 16 days


def test_bounds_expand_again_after_stable_days_with_promotions() -> None:
    box = _box(BoundsPolicy())
    for day in range(3):
        box.note(_trial(float(day), Verdict.ROLLBACK), None)
    low, high = box.allowed(START, 3.0)["x"]
    for day in range(4, 8):
        box.note(_trial(float(day), Verdict.PROCEED), 0.1)
    assert box.allowed(START, 9.0)["x"] == (low, high)
    wider = box.allowed(START, 11.0)["x"]
    assert wider[0] < low
    assert wider[1] > high


@pytest.mark.parametrize("verdict", [Verdict.BLIND, Verdict.UNDECIDED])
def test_what_could_not_be_judged_counts_for_nothing(verdict: Verdict) -> None:
    box = _box(BoundsPolicy())
    for day in range(5):
        box.note(_trial(float(day), verdict), None)
    assert box.allowed(START, 5.0)["x"] == (0.0, 1.0)


def test_a_clock_that_jumps_back_adjusts_nothing() -> None:
    box = _box(BoundsPolicy())
    for day in range(3):
        box.note(_trial(10.0 + day, Verdict.ROLLBACK), None)
    narrow = box.allowed(START, 13.0)
    for _ in range(3):
        box.note(_trial(2.0, Verdict.ROLLBACK), None)
    assert box.allowed(START, 2.0) == narrow


def test_without_a_policy_only_steps_and_hard_bounds_hold() -> None:
    box = _box(None)
    for day in range(9):
        box.note(_trial(float(day), Verdict.ROLLBACK), None)
    assert box.allowed(START, 9.0)["x"] == (0.0, 1.0)


def test_the_value_in_force_stays_inside_bounds_that_have_moved() -> None:
    box = _box(BoundsPolicy(), max_step=0.1)
    for day in range(3):
        box.note(_trial(float(day), Verdict.ROLLBACK), None)
    box.allowed(START, 3.0)
    low, high = box.allowed({"x": 0.95, "y": 0.5}, 3.5)["x"]
    assert low <= 0.95 <= high


def test_values_are_brought_into_the_box_and_what_is_no_number_stays() -> None:
    allowed = {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 1.0), "d": (0.0, 1.0)}
    base = dict.fromkeys("abcd", 0.5)
    assert clipped({"a": 7.0, "b": -7.0, "c": float("nan")}, allowed, base) == {"a": 1.0, "b": 0.0, "c": 0.5, "d": 0.5}
    assert clipped({"a": float("inf"), "zz": 3.0}, allowed, base) == base
