"""One link of the chain: a value came into force, on whose word and on what evidence. Times are unix seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from controller.journal import event as ev
from exporter.parameter import Value

How = Literal["adopted", "promoted", "rolled_back", "deployed"]


@dataclass(frozen=True)
class Order:
    """What a person wanted: `what` in words, when, and why."""

    at: float
    actor: str
    what: str
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What was predicted of one KPI, what the last look at the canary said, and what was measured; None for nothing."""

    kpi: str
    predicted: ev.Predicted | None = None
    look: ev.KpiLook | None = None
    measured: ev.Impact | None = None


@dataclass(frozen=True)
class Attempt:
    """One cycle that moved the parameter, or wanted to.

    Attributes:
        cycle: its number.
        at: when it began.
        trigger: `schedule` or `operator`.
        old, new: the move; `old` is None where it never came to a proposal.
        others: the other moves of the same change.
        rationale: why it was proposed; empty where it never was.
        chance: of a promotion, as proposed; NaN when nobody knew it.
        golden: what the golden cases said; None when they were not reached.
        looks: looks at its canary.
        evidence: KPI by KPI.
        verdict, reasons: of the canary; empty without one.
        orders: operators' orders about its canary.
        outcome, reason: how the cycle ended; empty while it is under way.
        ended_at: when it ended; None while it is under way.
    """

    cycle: int
    at: float
    trigger: str
    old: Value | None
    new: Value | None
    others: tuple[ev.Moved, ...] = ()
    rationale: str = ""
    chance: float = math.nan
    golden: ev.Validated | None = None
    looks: int = 0
    evidence: tuple[Evidence, ...] = ()
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    outcome: str = ""
    reason: str = ""
    ended_at: float | None = None


@dataclass(frozen=True)
class Room:
    """What proposals of a number could choose from at a moment: the sliding bounds, or an operator's override."""

    low: float
    high: float
    override: str = ""


@dataclass(frozen=True)
class Refused:
    """A change that an operator wanted and that was not made; `new` is the value that it would have had."""

    at: float
    what: str
    actor: str
    new: Value
    reason: str


@dataclass(frozen=True)
class Link:
    """A value came into force.

    Attributes:
        seq: number of the event that put it there.
        at: when.
        how: by what.
        old, new: the value before and after; `old` is None for the first.
        actor: by whom: `autopilot`, or a person.
        reason: why.
        version: of the live document.
        room: what could be chosen from then; None for a choice, or where the journal does not say.
        attempt: the cycle that put it in force; None outside of any.
        forced: whether the operator went past golden cases and sliding bounds.
        golden: what the golden cases said of a deployment; empty outside of any.
        tried: cycles that wanted to move it afterwards, and did not, oldest first.
        refused: what operators wanted afterwards and did not get, oldest first.
        bounds: how its bounds were adjusted afterwards, oldest first.
    """

    seq: int
    at: float
    how: How
    old: Value | None
    new: Value
    actor: str
    reason: str
    version: str
    room: Room | None = None
    attempt: Attempt | None = None
    forced: bool = False
    golden: str = ""
    tried: tuple[Attempt, ...] = ()
    refused: tuple[Refused, ...] = ()
    bounds: tuple[tuple[float, ev.BoundsAdjusted], ...] = ()
