"""Narrower bounds: never beyond what they are, never without the value in force, and whole where values are whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.decide.bounds.bound import Bounds, Frame
from controller.triage.moves import CUT, RAISE
from controller.triage.narrow import narrower

HARD = Bounds(1.0, 40.0)


@given(
    ends=st.tuples(st.floats(1, 20), st.floats(20, 40)),
    floor=st.floats(0.1, 12),
    harm=st.lists(st.integers(1, 40), min_size=1),
    fine=st.lists(st.integers(1, 40)),
    direction=st.sampled_from((RAISE, CUT)),
)
def test_whole_numbers_get_whole_bounds_inside_those_that_slid(
    ends: tuple[float, float], floor: float, harm: list[int], fine: list[int], direction: str
) -> None:
    bounds, frame = Bounds(*ends), Frame(HARD, floor, 20.0)
    found = narrower(direction, harm, fine, bounds, frame, whole=True)
    if found is None:
        return
    assert float(found.low).is_integer()
    assert float(found.high).is_integer()
    assert bounds.low - 1e-6 <= found.low <= 20 <= found.high <= bounds.high + 1e-6
    assert found.width >= floor - 1e-6


def test_bounds_that_slid_to_fractions_are_rounded_inward() -> None:
    found = narrower(RAISE, [32], [24], Bounds(2.4, 37.6), Frame(HARD, 4.0, 20.0), whole=True)
    assert found == Bounds(3, 28)
    found = narrower(CUT, [8], [], Bounds(2.4, 37.6), Frame(HARD, 4.0, 20.0), whole=True)
    assert found == Bounds(14, 37)
