"""Limits: the headroom at a canary's start is what a change may cost, and no more than its margin."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.headroom import LEAST, headroom, settled
from controller.model import JudgedKpi, MarginUnit, PairedSeries, Role
from exporter.metric import Direction
from tests.controller.decide.series import judged, paired

LOWER, HIGHER = Direction.LOWER, Direction.HIGHER


def _history(level: float) -> PairedSeries:
    return paired(np.full(50, level), level)


def _rail(limit: float | None, direction: Direction = LOWER, margin: float = 5.0) -> JudgedKpi:
    return replace(judged(Role.GUARDRAIL, direction, margin), limit=limit)


@pytest.mark.parametrize(
    ("direction", "level", "limit", "room"),
    [(LOWER, 200.0, 250.0, 50.0), (LOWER, 260.0, 250.0, -10.0), (HIGHER, 0.9, 0.8, 0.1), (HIGHER, 0.7, 0.8, -0.1)],
)
def test_headroom_is_the_way_to_the_limit(direction: Direction, level: float, limit: float, room: float) -> None:
    assert headroom(_rail(limit, direction), _history(level)) == pytest.approx(room)


@pytest.mark.parametrize(
    ("level", "margin", "tolerated"),
    [
        (200.0, 5.0, 5.0),  # far: the margin is what one change may cost
        (248.0, 2.0, 2.0),  # near: what is left
        (250.0, 5 * LEAST, 0.0),  # reached
        (260.0, 5 * LEAST, 0.0),  # crossed: nothing may get worse
    ],
)
def test_what_may_be_spent_is_the_smaller_of_margin_and_headroom(level: float, margin: float, tolerated: float) -> None:
    found = settled(_rail(250.0), _history(level))
    assert (found.margin, found.margin_unit, found.tolerated) == pytest.approx((margin, MarginUnit.ABSOLUTE, tolerated))


@pytest.mark.parametrize("unit", [MarginUnit.RELATIVE, MarginUnit.SD])
def test_the_margin_is_converted_and_the_limit_is_absolute(unit: MarginUnit) -> None:
    values = np.array([190.0, 210.0] * 25)
    history = paired(values, values)
    rail = replace(_rail(250.0, margin=0.1), margin_unit=unit)
    wanted = {MarginUnit.RELATIVE: 20.0, MarginUnit.SD: 1.0}[unit]
    found = settled(rail, history)
    assert (found.margin, found.tolerated, found.margin_unit) == pytest.approx((wanted, wanted, MarginUnit.ABSOLUTE))
    assert settled(replace(rail, limit=205.0), history).tolerated == pytest.approx(min(wanted, 5.0))


def test_without_a_limit_nothing_is_tolerated_and_the_margin_stays() -> None:
    found = settled(_rail(None), _history(200.0))
    assert (headroom(_rail(None), _history(200.0)), found.margin, found.tolerated) == (math.inf, 5.0, 0.0)
    assert settled(replace(_rail(None), tolerated=1.0), _history(200.0)).tolerated == 1.0


def test_without_a_level_the_margin_stays() -> None:
    found = settled(_rail(250.0), paired(np.empty(0), np.empty(0)))
    assert (found.margin, found.tolerated) == (5.0, 0.0)


def test_a_band_has_no_limit() -> None:
    with pytest.raises(ValueError, match="to stay in a band has no limit"):
        headroom(_rail(1.0, Direction.BAND), _history(0.0))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.sampled_from([LOWER, HIGHER]))
def test_a_promotion_never_crosses_a_limit_by_more_than_what_does_not_count(
    level: float, limit: float, margin: float, direction: Direction
) -> None:
    rail = _rail(limit, direction, margin)
    found, room = settled(rail, _history(level)), headroom(rail, _history(level))
    assert 0 <= found.tolerated <= found.margin <= margin
    assert found.margin <= max(room, LEAST * margin) * (1 + 1e-12)
    assert found.tolerated <= max(room, 0.0)
    again = settled(found, _history(level))
    assert (again.tolerated, found.limit) == (found.tolerated, limit)
