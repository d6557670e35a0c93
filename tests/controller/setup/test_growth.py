"""By how much metrics grew."""

from __future__ import annotations

import math

import numpy as np

from controller.adapters.answer import Series
from controller.setup.growth import by_metric


def series(name: str, values: list[float], **labels: str) -> Series:
    """Return a series with a value each 15 s."""
    return Series({"__name__": name, **labels}, 15.0 * np.arange(len(values), dtype=np.float64), np.array(values))


def test_each_series_counts_and_one_that_began_again_counts_from_zero() -> None:
    found = by_metric([series("tries", [0.0, 50.0, 5.0], code="200"), series("tries", [7.0, 8.0], code="500")])
    assert found["tries"].total == 56.0
    assert found["tries"].by("code") == {"200": 55.0, "500": 1.0}
    assert found["tries"].by("none") == {"": 56.0}


def test_what_is_no_number_is_left_out() -> None:
    found = by_metric([series("gauge", [1.0, math.nan, 3.0, math.inf]), series("gone", [math.nan])])
    assert found["gauge"].values == [1.0, 3.0]
    assert (found["gone"].grown, found["gone"].total) == ({}, 0)
