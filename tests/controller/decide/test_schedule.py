"""The daily run is due once a day, also somewhat late."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.schedule import due

DAY = 86400.0
THREE = datetime(2026, 3, 10, 3, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("last", "now", "wanted"),
    [
        (THREE - DAY, THREE - 1, False),
        (THREE - DAY, THREE, True),
        (THREE - 1, THREE + 6 * 3600, True),
        (THREE - 1, THREE + 6 * 3600 + 1, False),
        (THREE, THREE, False),
        (THREE + 5, THREE + 60, False),
        (THREE, THREE + DAY - 1, False),
        (THREE, THREE + DAY, True),
        (THREE - DAY + 3 * 3600, THREE, True),
        (THREE + DAY, THREE + 60, False),
    ],
)
def test_it_is_due_from_the_moment_until_six_hours_later_once(last: float, now: float, wanted: bool) -> None:
    assert due("03:00", last, now) is wanted


def test_never_is_never_due() -> None:
    assert not due(None, 0.0, THREE)


@given(st.integers(0, 23), st.integers(0, 59), st.floats(0, DAY - 1))
def test_looking_every_ten_minutes_runs_it_once_a_day_at_its_minute(hour: int, minute: int, start: float) -> None:
    """The journal begins at the first look, so what is late on that day is not caught up."""
    began = THREE + start
    last, runs = began, []
    for look in range(3 * 24 * 6):
        now = began + 600 * look
        if due(f"{hour:02}:{minute:02}", last, now):
            last = now
            runs.append(now)
    planned = datetime.fromtimestamp(began, UTC).replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp()
    first = planned if planned > began else planned + DAY
    days = [first + day * DAY for day in range(3) if first + day * DAY <= began + 600 * (3 * 24 * 6 - 1)]
    assert len(runs) == len(days)
    assert all(0 <= run - day < 600 for run, day in zip(runs, days, strict=True))
