"""The section `schedule`: when cycles and jobs start by themselves, and how long a step of a cycle may take."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BeforeValidator, Field, model_validator

from controller.config.fields import Seconds, SecondsOrZero, Section
from controller.decide.schedule import NEVER, SPELLINGS, When, parse_when
from exporter.seconds import DAY

CYCLE: Final = "cycle"
JOBS: Final = ("triage", "upkeep")
"""What runs between cycles, by its setting in the section."""

SCHEDULED: Final = (CYCLE, *JOBS)


def _when(found: object) -> object:
    """Return the one spelling of a plan. Raises ValueError, which pydantic reports with the setting's name."""
    if found is None:
        raise ValueError('write never if it shall not start by itself (YAML reads "null" and nothing at all as none)')
    if not isinstance(found, str):
        raise ValueError(f"{found!r} is no text for YAML: write {SPELLINGS}")  # noqa: TRY004 - pydantic reports it
    return parse_when(found).text


WhenText = Annotated[str, BeforeValidator(_when)]


class TimeoutsSection(Section):
    """How long each step of a cycle may take. The canary has deadlines of its own, in the section `canary`."""

    observing: Seconds = 1800.0
    analysing: Seconds = 1800.0
    proposing: Seconds = 1800.0
    validating: Seconds = 1800.0
    measuring: Seconds = 900.0


def _spelt(daily_at: object) -> str:
    """Return how the plan is written that an old `daily_at` meant; YAML makes a number of 10:30, in base 60."""
    if daily_at is None:
        return NEVER
    return f"daily {daily_at // 60:02}:{daily_at % 60:02}" if isinstance(daily_at, int) else f"daily {daily_at}"


class ScheduleSection(Section):
    """When cycles and jobs start by themselves."""

    cycle: WhenText = "daily 03:00"
    triage: WhenText = "weekly sun 02:00"
    upkeep: WhenText = "daily 04:00"
    catch_up: SecondsOrZero = 21600.0
    analysis_window: Seconds = DAY
    timeouts: TimeoutsSection = Field(default=TimeoutsSection())

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, found: object) -> object:
        if isinstance(found, dict) and "daily_at" in found:
            raise ValueError(f"daily_at is now cycle: write `cycle: {_spelt(found['daily_at'])}` instead")
        return found

    def when(self, name: str) -> When:
        """Return when a cycle or a job starts. Raises KeyError for what is not scheduled."""
        if name not in SCHEDULED:
            raise KeyError(name)
        return parse_when(getattr(self, name))
