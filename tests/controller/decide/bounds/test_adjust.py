"""When sliding bounds expand and contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.decide.bounds.adjust import Adjustment, Record, adjust
from controller.decide.bounds.bound import Bounds, Frame, Sliding
from controller.decide.bounds.policy import BoundsPolicy
from exporter.seconds import DAY

POLICY = BoundsPolicy()
HARD = Bounds(0.0, 10.0)
FRAME = Frame(HARD, 1.0, 5.0)
BEGIN = 1_000 * DAY
STEADY = Sliding(Bounds(3.0, 7.0), since=BEGIN)
GOOD = Record(tried=8, good=8)


def after(days: float, sliding: Sliding = STEADY, frame: Frame = FRAME, record: Record = GOOD) -> Adjustment | None:
    return adjust(sliding, frame, record, POLICY, BEGIN + days * DAY)


def test_seven_stable_days_widen_both_sides_by_the_confident_share() -> None:
    assert after(6.99) is None
    found = after(7)
    assert found is not None
    assert found.kind == "expanded"
    gain = 4 * 0.05 * 8 / 10
    assert (found.bounds.low, found.bounds.high) == pytest.approx((3 - gain / 2, 7 + gain / 2))
    assert found.reason == "stable for 7 days, 8 of the last 8 canaries promoted: 4.00% wider"


def test_an_expansion_is_never_more_than_five_percent_of_the_width_however_long_it_was_stable() -> None:
    found = after(5000, record=Record(10_000, 10_000))
    assert found is not None
    assert found.bounds.width <= 4 * 1.05


def test_the_next_expansion_waits_another_seven_days() -> None:
    widened = replace(STEADY, adjusted_at=BEGIN + 7 * DAY)
    assert after(13.9, widened) is None
    assert after(14, widened) is not None


def test_a_hard_bound_cuts_one_side_off_and_adds_nothing_on_the_other() -> None:
    found = after(7, replace(STEADY, bounds=Bounds(6.0, 10.0)))
    assert found is not None
    assert (found.bounds.low, found.bounds.high) == pytest.approx((5.92, 10.0))
    assert after(7, replace(STEADY, bounds=HARD)) is None


@pytest.mark.parametrize(
    "record",
    [
        Record(),
        Record(tried=5, good=0),
        replace(GOOD, incident=True),
        replace(GOOD, errors=(0.5, 0.6, 0.1, 0.4, 0.31)),
    ],
    ids=["nobody moves it", "nothing was promoted", "an incident", "predictions drift"],
)
def test_what_stops_an_expansion(record: Record) -> None:
    assert after(70, record=record) is None


def test_few_large_errors_are_no_drift_yet() -> None:
    assert after(7, record=replace(GOOD, errors=(0.9, 0.9, 0.9, 0.9))) is not None


def test_three_rollbacks_take_a_quarter_around_the_value_in_force() -> None:
    assert after(0.1, replace(STEADY, rollbacks=2)) is None
    found = after(0.1, replace(STEADY, rollbacks=3))
    assert found is not None
    assert (found.kind, found.bounds) == ("contracted", Bounds(3.5, 6.5))
    assert "3 rollbacks since the last adjustment: 25% narrower around 5, 3 wide" in found.reason


@pytest.mark.parametrize(("value", "expected"), [(3.2, (3.0, 6.0)), (7.0, (4.0, 7.0)), (6.0, (4.0, 7.0))])
def test_a_contraction_stays_inside_the_bounds_before_it(value: float, expected: tuple[float, float]) -> None:
    found = after(0.1, replace(STEADY, rollbacks=3), replace(FRAME, value=value))
    assert found is not None
    assert (found.bounds.low, found.bounds.high) == pytest.approx((expected[0], expected[1]))


def test_bounds_are_never_contracted_below_the_floor_and_not_at_all_when_they_are_there() -> None:
    near = replace(STEADY, bounds=Bounds(4.4, 5.6), rollbacks=3)
    found = after(0.1, near)
    assert found is not None
    assert found.bounds.width == pytest.approx(1.0)
    assert "the floor" in found.reason
    assert after(0.1, replace(near, bounds=found.bounds, rollbacks=99)) is None
    assert after(0.1, near, replace(FRAME, floor=50.0, value=5.0), GOOD) is None  # hard bounds narrower than the floor


def test_bounds_at_the_floor_still_expand_when_the_parameter_is_stable_again() -> None:
    found = after(7, replace(STEADY, bounds=Bounds(4.5, 5.5), rollbacks=99))
    assert found is not None
    assert found.kind == "expanded"


@pytest.mark.parametrize(("contractions", "days"), [(0, 0), (1, 1), (2, 2), (3, 4), (5, 16), (6, 28), (5000, 28)])
def test_each_contraction_in_a_row_doubles_the_wait_up_to_a_cap(contractions: int, days: float) -> None:
    assert POLICY.wait(contractions) == days * DAY
    found = replace(STEADY, rollbacks=5, contractions=contractions, adjusted_at=BEGIN)
    if days:
        assert after(days - 0.01, found) is None
    assert after(days, found) is not None


def test_an_expansion_waits_for_the_backoff_too() -> None:
    found = replace(STEADY, contractions=5, adjusted_at=BEGIN)
    assert after(15.9, found) is None
    assert after(16, found) is not None


def test_while_the_clock_is_before_the_last_adjustment_nothing_changes() -> None:
    found = replace(STEADY, rollbacks=9, adjusted_at=BEGIN + 100 * DAY)
    assert after(99, found) is None
    assert after(-1e4, found) is None
