"""Events of a cycle, in the order of its steps. Times are unix seconds."""

from __future__ import annotations

import math
from typing import Literal

from controller.journal.event_values import Found, Impact, Moved, Observation, Predicted
from controller.journal.frozen import Frozen
from exporter.parameter import Value


class CycleStarted(Frozen):
    """A cycle began; with `bypass`, which says who wants it and why, the golden cases are not asked (came later)."""

    kind: Literal["cycle_started"] = "cycle_started"
    cycle: int
    trigger: str
    forced: dict[str, Value] | None = None
    bypass: str = ""


class PhaseHeld(Frozen):
    """A phase cannot go on: `reason` says what it waits for, `until` when it gives up at the latest; told once."""

    kind: Literal["phase_held"] = "phase_held"
    cycle: int
    phase: str
    reason: str
    until: float


class Observed(Frozen):
    """The KPIs' levels over the analysis window."""

    kind: Literal["observed"] = "observed"
    cycle: int
    window: float
    observations: tuple[Observation, ...]


class Analysed(Frozen):
    """What the levels and their course mean: in words, and one by one (`details` came later)."""

    kind: Literal["analysed"] = "analysed"
    cycle: int
    findings: tuple[str, ...]
    details: tuple[Found, ...] = ()


class Proposed(Frozen):
    """One bounded change, why, and what it should do; `chance` is that of a promotion, NaN when nobody knows it."""

    kind: Literal["proposed"] = "proposed"
    cycle: int
    changes: tuple[Moved, ...]
    predicted: tuple[Predicted, ...]
    rationale: str
    chance: float = math.nan


class Validated(Frozen):
    """What the golden cases said of the proposed values; `bypassed` says who went past them, and why (came later)."""

    kind: Literal["validated"] = "validated"
    cycle: int
    passed: bool
    cases: int
    seconds: float
    failures: tuple[str, ...]
    bypassed: str = ""


class Decided(Frozen):
    """The canary is over, with its verdict and reasons; `request` is the order that it carries out, if any."""

    kind: Literal["decided"] = "decided"
    cycle: int
    verdict: str
    reasons: tuple[str, ...]
    request: int | None = None


class Applied(Frozen):
    """The proposed values were promoted to every arm, or the old ones kept everywhere."""

    kind: Literal["applied"] = "applied"
    cycle: int
    outcome: Literal["promoted", "reverted"]
    values: dict[str, Value]
    version: str


class Measured(Frozen):
    """What the change really did, held against the prediction."""

    kind: Literal["measured"] = "measured"
    cycle: int
    impacts: tuple[Impact, ...]


class CycleEnded(Frozen):
    """The cycle is over; `request` is the order that ended it, if any."""

    kind: Literal["cycle_ended"] = "cycle_ended"
    cycle: int
    outcome: str
    reason: str
    request: int | None = None
