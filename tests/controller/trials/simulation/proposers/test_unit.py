"""Parameters on unit bounds, and back into a box."""

from __future__ import annotations

import numpy as np
import pytest

from controller.trials.simulation.proposers.unit import Unit
from tests.controller.trials.simulation.proposers.told import BOUNDS


def test_points_and_corners_are_shares_of_the_bounds() -> None:
    unit = Unit(BOUNDS)
    assert unit.names == ("a", "b")
    assert unit.point({"b": 25.0, "a": 0.5}) == pytest.approx([0.5, 0.25])
    low, high = unit.box({"b": (20.0, 30.0), "a": (0.4, 0.6)})
    assert low == pytest.approx([0.4, 0.2])
    assert high == pytest.approx([0.6, 0.3])


def test_values_are_carried_into_the_box() -> None:
    box = {"a": (0.4, 0.6), "b": (20.0, 30.0)}
    assert Unit(BOUNDS).values(np.array([0.5, 0.9]), box) == {"a": 0.5, "b": 30.0}
