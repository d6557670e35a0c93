"""What a monitor says: a number, what it is held against, and the verdict in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from controller.duration import ago, duration


class Cause(StrEnum):
    """What drifts; also the name of the monitor that sees it."""

    PREDICTION = "prediction"
    COVERAGE = "coverage"
    ROLLBACKS = "rollbacks"
    FAILURES = "failures"
    PLANT = "plant"


class Health(StrEnum):
    """Verdict of a monitor; `UNKNOWN` is neither good nor bad news."""

    HEALTHY = "healthy"
    WARNING = "warning"
    DRIFT = "drift"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Shift:
    """A level that is not what it was.

    Attributes:
        began: unix seconds.
        size: new level minus old one, in the KPI's unit.
        deviations: the same in standard deviations of an hour's level.
        sure: confidence that it is there.
    """

    began: float
    size: float
    deviations: float
    sure: float


@dataclass(frozen=True)
class Reading:
    """What one monitor says now.

    Attributes:
        cause: which monitor.
        health: its verdict.
        value: its number; NaN when there is none.
        threshold: what would be drift, in the same unit; NaN when nothing would at present.
        count: what the number rests on: predictions, canaries or hours.
        text: value, threshold and verdict in words.
        kpi: which KPI; empty for all together, or where it is about none.
        shift: the shift that a plant monitor looks at, None when it sees none.
    """

    cause: Cause
    health: Health
    value: float
    threshold: float
    count: int
    text: str
    kpi: str = ""
    shift: Shift | None = None

    @property
    def drifted(self) -> bool:
        """Whether it found drift."""
        return self.health is Health.DRIFT


def period(window: float, since: float, now: float) -> str:
    """Return what a window covers in words: it begins anew at `since`, when drift was told or a pause began."""
    if since > now - window:
        return f"since the last drift, {ago(since, now)}"
    return f"over {duration(window)}"
