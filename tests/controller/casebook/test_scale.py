"""Where things stand on a chart."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.casebook.scale import Scale
from tests.controller.casebook.past import PRIMARY, kpi


def test_zero_the_last_interval_and_the_boundary_are_shown_and_a_wild_first_look_is_not() -> None:
    seen = [(30.0, kpi(PRIMARY, 5.0, 20.0, 2)), (600.0, kpi(PRIMARY, 0.02, 0.01, 40))]
    scale = Scale.of(seen, [(9.0, -0.015)], 600.0)
    assert scale.low < -0.015
    assert 0.03 < scale.high < 0.05
    assert 0.0 in scale.levels()
    assert scale.floor > scale.y(0.0) > scale.y(0.02) > scale.top


def test_what_lies_outside_stays_close() -> None:
    scale = Scale(600.0, -1.0, 1.0)
    height = scale.floor - scale.top
    assert scale.y(math.inf) == scale.y(1e9) == pytest.approx(scale.floor - 2 * height)
    assert scale.y(-math.inf) == pytest.approx(scale.floor + height)
    assert (scale.x(-5.0), scale.x(1e9)) == (scale.left, scale.wall)


@pytest.mark.parametrize(
    ("end", "last"), [(45.0, "40 s"), (3600.0, "60 min"), (754.0, "10 min"), (86400.0, "24 h"), (1e-9, "0 s")]
)
def test_times_are_round(end: float, last: str) -> None:
    times = Scale(max(end, 1e-3), -1.0, 1.0).times()
    assert times[0][0] == 0
    assert times[-1][1] == last
    assert len(times) <= 8


@given(
    st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, allow_nan=False)),
        min_size=1,
        max_size=5,
    )
)
def test_any_numbers_have_a_place(found: list[tuple[float, float]]) -> None:
    seen = [(float(i), kpi(PRIMARY, effect, half, 4)) for i, (effect, half) in enumerate(found)]
    scale = Scale.of(seen, [tuple(half for _, half in found)], float(len(found)))
    places = [scale.y(value) for effect, half in found for value in (effect, effect - half, effect + half, half)]
    assert all(math.isfinite(place) for place in places)
    assert all(math.isfinite(scale.y(level)) for level in scale.levels())
    assert len(scale.levels()) <= 20
