"""Times as people read them."""

from __future__ import annotations

import math

import pytest

from controller.cli import tables
from controller.moment import moment


def test_a_time_is_written_in_utc() -> None:
    assert moment(1_000_000_000.9) == "2001-09-09 01:46"
    assert tables.moment(1_000_000_000.9) == "2001-09-09 01:46:40"
    assert tables.moment(None) == "-"


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf, 1e300, 1e12, -1e12])
def test_what_no_calendar_has_is_written_as_it_is(at: float) -> None:
    assert moment(at) == tables.moment(at) == f"unix time {at:g}"
