"""When something is due: `daily 03:00`, `weekly sun 02:00`, `cron 0 3 * * 1-5` or `never`, all in UTC.

A planned moment that nobody was there for (the controller was down, the autopilot was paused) is caught up once, the
latest one only, and not when it is older than what is caught up: then it is skipped, and the answer says so. A journal
that began after the moment has missed nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cronsim import CronSim, CronSimError

NEVER = "never"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPELLINGS = '"daily 03:00", "weekly sun 02:00", "cron 0 3 * * 1-5" (five fields) or "never"; all times are UTC'

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")
_FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
_LEAP_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class WhenError(ValueError):
    """A text that says no moments."""


@dataclass(frozen=True)
class When:
    """Planned moments, on whole seconds of UTC.

    Attributes:
        text: as it is written, in one spelling: small letters, single spaces.
        cron: the five fields that say the same; None for never.
    """

    text: str
    cron: str | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Due:
    """A planned moment that has come.

    Attributes:
        at: the planned moment, unix seconds.
        skipped: whether it is too old to be caught up.
    """

    at: float
    skipped: bool


@lru_cache(maxsize=64)
def parse_when(text: str) -> When:
    """Return the moments that a text says. Raises WhenError, which says what is wrong and how to write it."""
    words = text.lower().split()
    match words:
        case ["never"]:
            return When(NEVER, None)
        case ["daily", clock]:
            return When(f"daily {clock}", f"{_clock(clock)} * * *")
        case ["weekly", day, clock] if day in DAYS:
            return When(f"weekly {day} {clock}", f"{_clock(clock)} * * {(DAYS.index(day) + 1) % 7}")
        case ["weekly", day, _]:
            raise WhenError(f"{day!r} is no day of the week: write one of {', '.join(DAYS)}")
        case ["cron", *fields] if len(fields) == len(_FIELDS):
            return When(f"cron {' '.join(fields)}", _fires(fields))
        case ["cron", *fields]:
            raise WhenError(f"cron needs five fields ({', '.join(_FIELDS)}), there are {len(fields)}")
    raise WhenError(f"{text!r} says no moments: write {SPELLINGS}")


def _clock(text: str) -> str:
    """Return minute and hour as the first two fields of cron."""
    found = _CLOCK.match(text)
    if found is None:
        raise WhenError(f"{text!r} is no time of day: write it like 03:00 (UTC, 00:00 to 23:59)")
    return f"{int(found[2])} {int(found[1])}"


def _fires(fields: list[str]) -> str:
    """Return the fields when they are right and fire at some time. Raises WhenError."""
    for place, name in enumerate(_FIELDS):
        alone = " ".join(field if at == place else "*" for at, field in enumerate(fields))
        try:
            CronSim(alone, _LEAP_YEAR)
        except CronSimError:
            raise WhenError(f"cron: {fields[place]!r} is no {name}") from None
    expression = " ".join(fields)
    try:
        next(CronSim(expression, _LEAP_YEAR))
    except (CronSimError, StopIteration):
        raise WhenError(
            f"cron {expression} never fires: no date has day-of-month {fields[2]}, month {fields[3]} and "
            f"day-of-week {fields[4]}; write never if that is meant"
        ) from None
    return expression


def next_after(when: When, now: float) -> float | None:
    """Return the first planned moment after unix time `now`; None for never."""
    if when.cron is None:
        return None
    found = next(CronSim(when.cron, datetime.fromtimestamp(now, UTC)), None)
    return None if found is None else found.timestamp()


def latest(when: When, now: float) -> float | None:
    """Return the last planned moment that is not after unix time `now`; None for never."""
    if when.cron is None:
        return None
    start = datetime.fromtimestamp(now, UTC).replace(microsecond=0) + _SECOND
    found = next(CronSim(when.cron, start, reverse=True), None)
    return None if found is None else found.timestamp()


def due(when: When, last: float, now: float, catch_up: float) -> Due | None:
    """Return the planned moment that has come since the last one was dealt with, None when none has.

    Args:
        when: the plan.
        last: unix time at which the last moment was dealt with (run or skipped); that of the journal's beginning when
            none was yet. After a clock that went back it may lie ahead of `now`: then nothing is due.
        now: unix time.
        catch_up: seconds for which a moment can be caught up.
    """
    planned = latest(when, now)
    if planned is None or planned <= last:
        return None
    return Due(planned, now - planned > catch_up)
