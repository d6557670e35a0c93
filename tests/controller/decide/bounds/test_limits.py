"""What may be proposed now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.bounds.bound import Bounds
from controller.decide.bounds.limits import DatedMove, Limits, allowed_interval, values_of_day
from controller.decide.bounds.validate import validate
from exporter.parameter import ParameterSpec
from exporter.seconds import DAY

HEAT = ParameterSpec("heat", "float", 0.1, 2.0, 0.6)
TOP = ParameterSpec("top", "int", 1, 40, 12)
LIMITS = Limits(HEAT, 0.6, Bounds(0.3, 1.2), overridden=False, max_step=0.19, daily_limit=None)
TOPS = Limits(TOP, 12, Bounds(4.3, 20.7), overridden=False, max_step=3.9, daily_limit=None)


def test_the_tightest_limit_of_each_side_is_named() -> None:
    found = allowed_interval(LIMITS)
    assert (found.low, found.high) == pytest.approx((0.41, 0.79))
    assert (found.low_by, found.high_by, found.reason, found.room) == ("max_step", "max_step", "", True)
    near = allowed_interval(replace(LIMITS, sliding=Bounds(0.55, 1.2)))
    assert (near.low, near.low_by) == (0.55, "sliding")
    own = allowed_interval(replace(LIMITS, sliding=Bounds(0.55, 0.65), overridden=True))
    assert (own.low, own.high, own.low_by, own.high_by) == (0.55, 0.65, "override", "override")


def test_a_whole_number_is_offered_whole_ends() -> None:
    found = allowed_interval(TOPS)
    assert (found.low, found.high) == (9, 15)
    assert (allowed_interval(replace(TOPS, sliding=Bounds(11.5, 13.2))).low) == 12


def test_the_daily_limit_is_about_the_values_of_a_day_and_lets_a_value_go_back() -> None:
    limits = replace(LIMITS, value=0.65, daily_limit=0.05, day=(0.6, 0.65))
    found = allowed_interval(limits)
    assert (found.low, found.high) == pytest.approx((0.6, 0.65))
    assert found.low_by == "daily_limit"
    assert validate({"heat": 0.6}, {"heat": limits}, (HEAT,)) == ()
    (reason,) = validate({"heat": 0.7}, {"heat": limits}, (HEAT,))
    assert (reason.parameter, reason.code) == ("heat", "daily_limit")
    assert reason.text == "heat: 0.7 breaks the daily limit of 0.05: it was 0.6 to 0.65 in the last 24 h"


def test_a_day_that_went_beyond_its_limit_leaves_only_the_value_in_force() -> None:
    found = allowed_interval(replace(LIMITS, value=0.9, daily_limit=0.05, day=(0.6, 0.9)))
    assert (found.low, found.high, found.room) == (0.9, 0.9, False)
    assert "excluded by the daily limit of 0.05: it was 0.6 to 0.9 in the last 24 h" in found.reason


def test_bounds_that_contradict_the_value_leave_only_the_value_with_the_reason() -> None:
    found = allowed_interval(replace(LIMITS, sliding=Bounds(1.0, 1.2), overridden=True))
    assert (found.low, found.high) == (0.6, 0.6)
    assert found.reason == "the value in force, 0.6, is excluded by the override bounds [1, 1.2]: it stays as it is"
    outside = allowed_interval(replace(LIMITS, value=7.0))
    assert (outside.low, outside.high) == (2.0, 2.0)
    assert "the hard bounds [0.1, 2]" in outside.reason
    point = allowed_interval(replace(LIMITS, sliding=Bounds(0.6, 0.6)))
    assert point.reason == "sliding and sliding leave only the value in force"


def test_moves_of_the_last_24_hours_count_and_older_ones_do_not() -> None:
    moves = (DatedMove(100.0, 0.1, 0.2), DatedMove(1000.0, 0.2, 0.3), DatedMove(5000.0, 0.3, 0.4))
    assert values_of_day(moves, 0.4, 1000.0 + DAY - 1) == (0.2, 0.3, 0.4)
    assert values_of_day(moves, 0.4, 1000.0 + DAY) == (0.3, 0.4)
    assert values_of_day(moves, 0.4, 10 * DAY) == (0.4,)
    assert values_of_day(moves, 0.4, 50.0) == (0.1, 0.2, 0.3, 0.4)  # the clock went back: nothing is forgotten


@given(st.data())
def test_what_is_allowed_lies_within_every_limit_and_holds_the_value(data: st.DataObject) -> None:
    whole = data.draw(st.booleans())
    spec = TOP if whole else HEAT
    numbers = st.integers(1, 40) if whole else st.floats(0.1, 2.0)
    value = float(data.draw(numbers))
    ends = sorted(float(data.draw(numbers)) for _ in range(2))
    limits = Limits(
        spec,
        value,
        Bounds(*ends),
        overridden=data.draw(st.booleans()),
        max_step=data.draw(st.floats(0.01, 5)),
        daily_limit=data.draw(st.none() | st.floats(0.01, 5)),
        day=tuple(float(data.draw(numbers)) for _ in range(data.draw(st.integers(0, 3)))),
    )
    found = allowed_interval(limits)
    assert spec.low <= found.low <= value <= found.high <= spec.high
    assert (found.reason == "") is found.room
    for end in (found.low, found.high):
        assert spec.check(end) == end
        if end != value:
            assert validate({spec.name: int(end) if whole else end}, {spec.name: limits}, (spec,)) == ()


def test_on_the_way_back_a_share_of_the_room_on_either_side_is_left() -> None:
    found = allowed_interval(replace(LIMITS, share=0.25))
    assert (found.low, found.high) == pytest.approx((0.525, 0.75))  # of 0.3 below and 0.6 above
    assert (found.low_by, found.high_by) == ("returning", "returning")
    (reason,) = validate({"heat": 0.77}, {"heat": replace(LIMITS, share=0.25)}, (HEAT,))
    assert reason.code == "returning"
    assert reason.text == (
        "heat: 0.77 is outside [0.525, 0.75]: on the way back from a pause for drift a change has 25% of the room "
        "inside the sliding bounds"
    )
    assert allowed_interval(replace(LIMITS, share=1.0)) == allowed_interval(LIMITS)


def test_the_way_back_leaves_a_whole_number_its_neighbours_and_an_override_as_it_is() -> None:
    narrow = replace(TOPS, sliding=Bounds(10, 14), share=0.25)
    assert (allowed_interval(narrow).low, allowed_interval(narrow).high) == (11, 13)
    own = replace(LIMITS, sliding=Bounds(0.5, 0.7), overridden=True, share=0.25)
    assert allowed_interval(own) == allowed_interval(replace(own, share=1.0))


@given(st.floats(0.1, 2.0), st.floats(0.01, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_way_back_never_leaves_the_sliding_bounds_nor_the_value(
    value: float, share: float, below: float, above: float
) -> None:
    sliding = Bounds(max(0.1, value - below), min(2.0, value + above))
    whole = allowed_interval(replace(LIMITS, value=value, sliding=sliding))
    part = allowed_interval(replace(LIMITS, value=value, sliding=sliding, share=share))
    assert whole.low <= part.low <= value <= part.high <= whole.high
