"""Events about pauses and drift: what stops the autopilot, and what lets it go on. Times are unix seconds."""

from __future__ import annotations

from typing import Literal

from controller.journal.frozen import Frozen

PauseCause = Literal["emergency", "operator", "drift"]
"""Who paused; the first of those in force is what people are told first."""

DriftCause = Literal["prediction", "coverage", "rollbacks", "failures", "plant"]
"""What drifted: the predictions, their intervals, how canaries end, or the service itself."""


class PauseRequested(Frozen):
    """An operator paused the autopilot, until a time or until he resumes it."""

    kind: Literal["pause_requested"] = "pause_requested"
    reason: str
    until: float | None = None


class EmergencyPauseRequested(Frozen):
    """An operator stopped everything: all arms are on control values, and the cycle under way is over."""

    kind: Literal["emergency_pause_requested"] = "emergency_pause_requested"
    reason: str


class ResumeRequested(Frozen):
    """An operator ended every pause."""

    kind: Literal["resume_requested"] = "resume_requested"
    reason: str = ""


class PauseEnded(Frozen):
    """A pause is over because its time is."""

    kind: Literal["pause_ended"] = "pause_ended"
    cause: PauseCause
    reason: str


class DriftDetected(Frozen):
    """A monitor found drift: `value` is beyond `threshold`, both in the monitor's own unit.

    `action` says what follows: a pause until `until`, or nothing but this word. `strikes` counts the drift pauses that
    came close together, this one included; each doubles the next. `began` is since when, where the monitor can say.
    """

    kind: Literal["drift_detected"] = "drift_detected"
    cause: DriftCause
    action: Literal["pause", "watch"]
    reason: str
    value: float
    threshold: float
    kpi: str = ""
    until: float | None = None
    strikes: int = 0
    began: float | None = None
