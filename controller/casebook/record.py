"""What the journal knows of one canary: what was tried, how it went, who meddled, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from controller.errors import ConfigError
from controller.journal.event import CanaryLooked, Impact, KpiLook, Moved, Predicted, Validated
from controller.journal.state_canary import WeightStep
from controller.model import Role, Window

ALERT, OPERATOR, LAPSE, WAITING = "alert", "operator", "lapse", "waiting"
"""Why a canary stood still: an incident, an operator's pause, a lease that ran out, the wait for an operator's word."""


@dataclass(frozen=True)
class Hold:
    """A stretch in which all arms had control values.

    Attributes:
        start: unix seconds.
        end: unix seconds; None when it lasted to the end of the canary, or lasts.
        kind: alert, operator, lapse or waiting.
        reasons: as the controller gave them.
        alerts: names of the incidents that were open when it began.
    """

    start: float
    end: float | None
    kind: str
    reasons: tuple[str, ...]
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Word:
    """What an operator said about a canary while it was under way, and what came of it.

    Attributes:
        seq: number of the event.
        at: unix seconds.
        actor: who.
        order: approve, reject, abort, pause, resume or rollback.
        reason: why.
        answer: `carried out`, `refused: ...`, or empty as long as there is none.
    """

    seq: int
    at: float
    actor: str
    order: str
    reason: str
    answer: str = ""


@dataclass(frozen=True)
class Looked:
    """One look, with its unix time."""

    at: float
    look: CanaryLooked

    def kpi(self, name: str) -> KpiLook | None:
        """Return what one KPI said, None when it was not seen."""
        return next((item for item in self.look.kpis if item.kpi == name), None)


@dataclass(frozen=True)
class Record:
    """One cycle that was to try a change. Times are unix seconds.

    Attributes:
        cycle: its number.
        trigger: schedule or operator.
        asked_by, asked_why: who asked for the cycle and why, when somebody did.
        changes, predicted, rationale: the proposal; no changes when none was made.
        golden: what the golden cases said, None when they were not asked.
        version: of the live document with the canary; empty when it never started.
        planned: points at its planned end.
        detectable: smallest effect per KPI that it can show by then, in the KPI's unit, as computed before it began.
        begun_at: beginning of the cycle.
        started_at: beginning of the canary, None when it never started.
        decided_at: when its verdict was given, None without one.
        ended_at: end of the cycle, None while it is under way.
        seen_until: time of the last event that belongs to it.
        exposures: stretches in which the canary arm had the proposed values.
        holds: stretches in which it stood still.
        steps: the canary arm's shares of the traffic, each with its beginning.
        words: what operators said.
        looks: every look.
        verdict, reasons: of the decision; empty without one.
        request: number of the order that the decision or the end carried out.
        outcome, end_reason: of the cycle; empty while it is under way.
        held_by: what held the autopilot when the cycle ended: alert or operator; empty for nothing.
        impacts: measured afterwards.
    """

    cycle: int
    trigger: str
    begun_at: float
    seen_until: float
    asked_by: str = ""
    asked_why: str = ""
    changes: tuple[Moved, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    rationale: str = ""
    golden: Validated | None = None
    version: str = ""
    planned: int = 0
    detectable: tuple[tuple[str, float], ...] = ()
    started_at: float | None = None
    decided_at: float | None = None
    ended_at: float | None = None
    exposures: tuple[Window, ...] = ()
    holds: tuple[Hold, ...] = ()
    steps: tuple[WeightStep, ...] = ()
    words: tuple[Word, ...] = ()
    looks: tuple[Looked, ...] = ()
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    request: int | None = None
    outcome: str = ""
    end_reason: str = ""
    held_by: str = ""
    impacts: tuple[Impact, ...] = ()

    @property
    def id(self) -> str:
        """The canary's name."""
        return f"cycle-{self.cycle}"

    @property
    def promoted(self) -> bool:
        """Whether every arm got the proposed values."""
        return self.outcome == "promoted"

    @property
    def origin(self) -> float:
        """The time that minutes are counted from: the canary's start, the cycle's without one."""
        return self.begun_at if self.started_at is None else self.started_at

    @property
    def over_at(self) -> float:
        """When the canary was over: its decision, the cycle's end, or the last that was heard of it."""
        return next(at for at in (self.decided_at, self.ended_at, self.seen_until) if at is not None)

    @property
    def exposed(self) -> float:
        """Seconds for which the canary arm had the proposed values."""
        return sum(window.seconds for window in self.exposures)

    @property
    def last_seen(self) -> Looked | None:
        """The last look that saw anything."""
        return next((looked for looked in reversed(self.looks) if looked.look.kpis), None)

    @property
    def primary(self) -> str:
        """Name of the primary KPI, as far as it is known."""
        seen = () if self.last_seen is None else self.last_seen.look.kpis
        names = [kpi.kpi for kpi in seen if kpi.role == Role.PRIMARY] or [item.kpi for item in self.predicted]
        return names[0] if names else ""

    def word(self, seq: int | None) -> Word | None:
        """Return the word of that number, None when there is none."""
        return next((word for word in self.words if word.seq == seq), None)


def find(found: Sequence[Record], name: str) -> Record:
    """Return the record that is meant by `cycle-12`, `12` or `last` (the newest that tried something).

    Raises:
        ConfigError: there is none; the message says which there are, or why that cycle tried nothing.
    """
    tried = [record for record in found if record.changes]
    if name == "last" and tried:
        return tried[-1]
    wanted = f"cycle-{int(name)}" if name.isdecimal() else name
    record = next((record for record in found if record.id == wanted), None)
    if record is not None and record.changes:
        return record
    if record is not None:
        why = f"{record.outcome}: {record.end_reason}" if record.outcome else "it has proposed none yet"
        raise ConfigError(f"{record.id} tried no change: {why}")
    there = f"there are {tried[0].id} to {tried[-1].id}" if tried else "no canary has run yet"
    raise ConfigError(f"no canary {name!r}: {there}; `vvtvctl canary history` lists them")
