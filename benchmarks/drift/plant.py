"""Plays the detectors on made KPIs: false alarms in 23 days, and how soon a shift is found within a week."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.drift.detectors import DETECTORS
from benchmarks.drift.levels import AFTER, MONTH, WATCH, WINDOW, Course

EVERY = 4  # hours between two looks; the controller looks every hour
QUIET = WATCH  # hours after an alarm in which another one is the same


@dataclass(frozen=True)
class Seen:
    """What one detector saw of one course on one seed: alarms when there was no shift, else hours to the first one."""

    detector: str
    alarms: int
    delay: int | None


def quiet(course: Course, seed: int) -> list[Seen]:
    """Return the false alarms of every detector."""
    hours = course.hours(seed, WINDOW + MONTH)
    found = []
    for name, detector in DETECTORS.items():
        alarms, last = 0, -QUIET
        for end in range(WINDOW, WINDOW + MONTH + 1, EVERY):
            if end - last >= QUIET and detector(hours[end - WINDOW : end]):
                alarms, last = alarms + 1, end
        found.append(Seen(name, alarms, None))
    return found


def shifted(course: Course, seed: int) -> list[Seen]:
    """Return after how many hours every detector found the shift; None for not within a week."""
    hours = course.hours(seed, WINDOW + AFTER)
    found = []
    for name, detector in DETECTORS.items():
        ends = range(WINDOW + EVERY, WINDOW + AFTER + 1, EVERY)
        first = next((end - WINDOW for end in ends if detector(hours[end - WINDOW : end])), None)
        found.append(Seen(name, 0, first))
    return found
