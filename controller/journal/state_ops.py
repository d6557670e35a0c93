"""What the state knows of pauses, drift, finished cycles, scheduled jobs and an operator's changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from controller.journal.event_ops import DeployRequested, RollbackRequested
from controller.journal.event_pause import DriftDetected, PauseCause

CAUSES: tuple[PauseCause, ...] = ("emergency", "operator", "drift")
"""The first of those in force is what people are told first."""


class Pause(NamedTuple):
    """A pause in force: by whom, why, and until when (None: until somebody resumes). Times are unix seconds."""

    cause: PauseCause
    reason: str
    actor: str
    since: float
    until: float | None = None

    def over(self, now: float) -> bool:
        """Whether its time is over at unix time `now`."""
        return self.until is not None and self.until <= now

    @property
    def text(self) -> str:
        """The pause as people read it."""
        if self.cause == "drift":
            return f"drift: {self.reason}"
        return f"{'emergency pause' if self.cause == 'emergency' else 'paused'} by {self.actor}: {self.reason}"


class Wanted(NamedTuple):
    """A rollback or deployment that an operator wants and that is not answered yet."""

    seq: int
    at: float
    actor: str
    payload: RollbackRequested | DeployRequested


class JobWanted(NamedTuple):
    """A scheduled job that somebody asked for and that has not run yet."""

    seq: int
    actor: str
    reason: str


class Plan(NamedTuple):
    """When a cycle or a job starts, as the schedule writes it, and since when (unix seconds) that holds."""

    text: str
    since: float


class Finished(NamedTuple):
    """A cycle that is over: what it moved, how it ended at unix time `at`; `ordered`: by an operator's verdict."""

    number: int
    at: float
    outcome: str
    trigger: str
    parameters: tuple[str, ...]
    forced: bool
    ordered: bool = False


class DriftRecord(NamedTuple):
    """Drift as it was found at unix time `at`."""

    at: float
    found: DriftDetected


@dataclass(frozen=True)
class DriftState:
    """What is known of drift. Times are unix seconds.

    Attributes:
        records: what was found, oldest first.
        strikes: drift pauses that came close together, as the last one counted them.
        paused_at: when the last drift pause began; None without one.
        returned_at: when the last drift pause ended, by its time or by an operator; None while it lasts or without one.
        changes: when the values in force changed, oldest first: each moves the levels on purpose.
        counts: how often drift was found, by cause.
    """

    records: tuple[DriftRecord, ...] = ()
    strikes: int = 0
    paused_at: float | None = None
    returned_at: float | None = None
    changes: tuple[float, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class JobRecord(NamedTuple):
    """The last run of a scheduled job.

    Attributes:
        at: when it ended, unix seconds.
        scheduled_at: when it last ran by its schedule; None for never.
        ok, text: how it ended.
        runs, failures: how often it has run, and failed.
        details: what it wants to be remembered by, as the journal has it.
    """

    at: float
    scheduled_at: float | None
    ok: bool
    text: str
    runs: int = 1
    failures: int = 0
    details: dict[str, str | float | int | bool | None] | None = None
