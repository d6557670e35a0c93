"""One failure, and what was going on around it. Times are unix seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from controller.journal.event import Moved
from controller.triage.kinds import Kind
from exporter.seconds import DAY, HOUR

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


def hour_of(at: float) -> int:
    """Return the hour of the day in UTC, 0 to 23."""
    return int(at % DAY // HOUR)


def weekday_of(at: float) -> str:
    """Return the day of the week in UTC."""
    return WEEKDAYS[int(at // DAY + _EPOCH_WEEKDAY) % len(WEEKDAYS)]


@dataclass(frozen=True)
class ArmLevel:
    """What a KPI was in the canary and in the comparison arms when it was last seen, in its unit."""

    kpi: str
    canary: float
    comparison: float


@dataclass(frozen=True)
class Around:
    """What was going on around a failure.

    Attributes:
        cycle: number of the cycle, None outside of one.
        moves: what the cycle tried.
        arms: what its canary measured last.
        alerts: names of the alerts that were open at any time of the cycle, or at that time.
        by: who asked for it, forced it or did it; empty for the autopilot itself.
        bypassed: who went past the golden cases and why; empty when nobody did.
    """

    cycle: int | None = None
    moves: tuple[Moved, ...] = ()
    arms: tuple[ArmLevel, ...] = ()
    alerts: tuple[str, ...] = ()
    by: str = ""
    bypassed: str = ""


@dataclass(frozen=True)
class Failure:
    """Something that failed.

    Attributes:
        at: when.
        kind: what kind of failure it is.
        subjects: what failed: the moves of a canary, a KPI, an alert, a job; one empty text where there is no such.
        why: what happened, in words.
        next: what the analysis of the canary advises, empty for none.
        needed: seconds of exposure that would have told the effect; NaN where that is no question.
        around: what was going on.
    """

    at: float
    kind: Kind
    subjects: tuple[str, ...]
    why: str
    next: str = ""
    needed: float = math.nan
    around: Around = field(default=Around())

    @property
    def hour(self) -> int:
        """The hour of the day in UTC."""
        return hour_of(self.at)

    @property
    def weekday(self) -> str:
        """The day of the week in UTC."""
        return weekday_of(self.at)
