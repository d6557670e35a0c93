"""Levels against goals, limits and bands."""

from __future__ import annotations

import math

import numpy as np
import pytest

from controller.decide.analysis import level
from controller.decide.analysis.level import Aims, Place
from controller.decide.analysis.noise import learn
from controller.model import Role
from exporter.metric import Direction, Unit
from tests.controller.decide.analysis.courses import item
from tests.controller.decide.series import noise

COUNT = 200


def _stand(at: float, low: float, high: float = math.inf) -> level.Standing:
    values = at + noise(np.random.default_rng(1), COUNT)
    believed = level.belief(at, values, learn(values - at))
    return level.stand(at, believed, (low, high), "its band")


@pytest.mark.parametrize(
    ("at", "place"), [(5.0, Place.INSIDE), (1.05, Place.NEAR), (0.95, Place.NEAR), (-5.0, Place.OUTSIDE)]
)
def test_a_level_is_inside_near_or_outside_by_its_error(at: float, place: Place) -> None:
    found = _stand(at, 1.0)
    assert found.place is place
    assert found.short == pytest.approx(max(0.0, 1.0 - at))
    assert found.confidence >= (0.5 if place is Place.NEAR else 0.95)


def test_near_a_band_that_is_narrower_than_the_noise_nothing_is_sure() -> None:
    found = _stand(1.0, 0.99, 1.01)
    assert found.place is Place.NEAR
    assert found.inside < 0.5
    assert found.text == f"too near its band to tell ({found.inside:.0%} likely inside)"


def test_without_a_known_error_the_level_alone_decides_and_is_not_sure() -> None:
    inside, outside = (level.stand(at, None, (1.0, 2.0), "its band") for at in (2.0, 2.5))
    assert (inside.place, outside.place, outside.short) == (Place.INSIDE, Place.OUTSIDE, 0.5)
    assert outside.confidence == 0
    assert outside.text == "outside its band"


def test_the_share_of_levels_that_are_held_for_outside_though_they_are_not_is_small() -> None:
    rng, false, runs = np.random.default_rng(2), 0, 300
    for _ in range(runs):
        values = noise(rng, COUNT, 0.7)
        at = float(values.mean())
        found = level.stand(at, level.belief(at, values, learn(values - at)), (0.0, math.inf), "its goal")
        false += found.place is Place.OUTSIDE
    assert false / runs <= 0.05 + 2.5 * 0.0126


def test_goals_and_limits_follow_the_direction() -> None:
    lower, higher = (item(Role.GUARDRAIL, way, limit=0.3) for way in (Direction.LOWER, Direction.HIGHER))
    assert level.limits(lower) == (-math.inf, 0.3)
    assert level.limits(higher) == (0.3, math.inf)
    assert level.limits(item()) == (-math.inf, math.inf)
    assert level.goals(lower.kpi, 0.3) == (-math.inf, 0.3)
    assert level.goals(higher.kpi, 0.3) == (0.3, math.inf)


@pytest.mark.parametrize(
    ("direction", "unit", "goal", "possible"),
    [
        (Direction.HIGHER, Unit.RATIO, 1.0, True),
        (Direction.HIGHER, Unit.RATIO, 1.01, False),
        (Direction.LOWER, Unit.RATIO, -0.01, False),
        (Direction.LOWER, Unit.RATIO, 2.0, True),
        (Direction.LOWER, Unit.SECONDS, -1.0, False),
        (Direction.HIGHER, Unit.SECONDS, -1.0, True),
        (Direction.LOWER, Unit.NONE, -1.0, True),
    ],
)
def test_goals_that_no_level_can_meet_are_known(
    direction: Direction, unit: Unit, goal: float, *, possible: bool
) -> None:
    why = level.unreachable(item(direction=direction, unit=unit).kpi, goal)
    assert (why is None) is possible
    assert why is None or "cannot be met" in why


def test_a_band_that_is_aimed_at_replaces_the_kpis_own() -> None:
    kpi = item(band=(0.0, 1.0)).kpi
    assert Aims().band(kpi) == (0.0, 1.0)
    assert Aims(bands={"sales": (0.2, 0.4)}).band(kpi) == (0.2, 0.4)
    assert Aims().band(item().kpi) is None
