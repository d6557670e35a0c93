"""The section `schedule`: plans in one spelling, old files told what is new, times that are none refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from controller.config.schedule import JOBS, SCHEDULED, ScheduleSection


def _section(**given: Any) -> ScheduleSection:
    return ScheduleSection.model_validate(given)


def test_without_settings_everything_has_a_plan() -> None:
    section = _section()
    assert {name: str(section.when(name)) for name in SCHEDULED} == {
        "cycle": "daily 03:00",
        "triage": "weekly sun 02:00",
        "upkeep": "daily 04:00",
    }
    assert section.catch_up == 6 * 3600
    assert set(JOBS) < set(SCHEDULED)


def test_plans_and_time_limits_are_read() -> None:
    section = _section(cycle=" Weekly  SUN 02:00", upkeep="never", catch_up="90m", timeouts={"validating": "10m"})
    assert (section.cycle, section.upkeep, section.catch_up) == ("weekly sun 02:00", "never", 5400)
    assert (section.timeouts.validating, section.timeouts.observing) == (600, 1800)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cycle": "nightly"}, "'nightly' says no moments"),
        ({"triage": "cron 0 0 31 2 *"}, "never fires"),
        ({"cycle": None}, "write never if it shall not start by itself"),
        ({"cycle": 630}, "630 is no text for YAML"),
        ({"catch_up": -1}, "greater than or equal to 0"),
        ({"timeouts": {"observing": 0}}, "greater than 0"),
        ({"timeouts": {"canary": 60}}, "Extra inputs"),
        ({"nightly": "daily 03:00"}, "Extra inputs"),
    ],
)
def test_what_is_wrong_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        _section(**given)


@pytest.mark.parametrize(
    ("old", "new"),
    [("03:00", "daily 03:00"), (None, "never"), (630, "daily 10:30")],  # YAML makes a number of 10:30
)
def test_an_old_file_is_told_the_new_spelling(old: object, new: str) -> None:
    with pytest.raises(ValidationError, match=f"daily_at is now cycle: write `cycle: {new}` instead"):
        _section(daily_at=old)


def test_what_is_not_scheduled_has_no_plan() -> None:
    with pytest.raises(KeyError):
        _section().when("analysis_window")
