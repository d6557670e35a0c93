"""The controller's state: a fold over the journal.

Nothing else is remembered, so a restart knows exactly what its predecessor knew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from controller.journal.event import (
    AlertFiring,
    CanaryOrder,
    CycleRequested,
    Impact,
    KpiLook,
    Moved,
    Observation,
    Predicted,
    Validated,
)
from controller.journal.state_bounds import BoundsRecord
from controller.journal.state_ops import CAUSES, DriftState, Finished, JobRecord, JobWanted, Pause, Plan, Wanted
from controller.model import Window
from exporter.parameters import Values


class WeightStep(NamedTuple):
    """The canary arm's share of the units from unix time `at` on."""

    at: float
    weight: float


@dataclass(frozen=True)
class CanaryState:
    """A canary that is running, paused, waiting for an operator's word, or just decided.

    Attributes:
        id: names it in the live document.
        version: content hash of the live document while it runs.
        planned: points at its planned end.
        started_at: unix seconds.
        expires_at: end of the lease; None while paused.
        exposures: closed stretches in which the canary arm had the proposed values and one share of the units.
        exposed_since: start of the stretch that is still open; None while paused.
        paused_at: since when it is paused, None while it runs.
        lapsed: whether it stands still because its lease ran out.
        looks: number of looks so far.
        last_look_at: unix seconds of the last look (of the start, before the first).
        kpis: what each KPI said at the last look.
        verdict: of the last look.
        reasons: of the last look, or of the pause.
        blind_since: since when no look could judge, None when the last one could.
        blind_seconds: how long no look could judge in all, without the stretch that is still open.
        weights: the arms' shares that it began with; empty in journals that did not say so yet.
        ladder: the canary arm's shares, one after the other; empty when it keeps one share.
        steps: the shares that it has had so far, each with its beginning.
        detectable: smallest effect per KPI that it can show, as computed before it began.
        margins: harm per guardrail that a promotion must rule out, settled before it began; in the KPI's unit.
        tolerated: harm per guardrail up to which nothing is proven, likewise.
        awaiting_until: until when it waits for an operator's word; None when it does not.
    """

    id: str
    version: str
    planned: int
    started_at: float
    expires_at: float | None
    exposures: tuple[Window, ...] = ()
    exposed_since: float | None = None
    paused_at: float | None = None
    lapsed: bool = False
    looks: int = 0
    last_look_at: float = 0.0
    kpis: tuple[KpiLook, ...] = ()
    verdict: str = "undecided"
    reasons: tuple[str, ...] = ()
    blind_since: float | None = None
    blind_seconds: float = 0.0
    weights: dict[str, float] = field(default_factory=dict)
    ladder: tuple[float, ...] = ()
    steps: tuple[WeightStep, ...] = ()
    detectable: dict[str, float] = field(default_factory=dict)
    awaiting_until: float | None = None
    margins: dict[str, float] = field(default_factory=dict)
    tolerated: dict[str, float] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether the canary arm has the proposed values, as far as the journal knows."""
        return self.exposed_since is not None

    def windows(self, now: float) -> tuple[Window, ...]:
        """Return every stretch of exposure up to `now`, no further than the lease; a new share begins a new one."""
        if self.exposed_since is None:
            return self.exposures
        end = now if self.expires_at is None else min(now, self.expires_at)
        return (*self.exposures, Window(self.exposed_since, end))

    def blind_for(self, now: float) -> float:
        """Return for how many seconds in all it could not be judged."""
        return self.blind_seconds + (0.0 if self.blind_since is None else max(0.0, now - self.blind_since))


@dataclass(frozen=True)
class Order:
    """An operator's order about a canary that is not answered yet.

    Attributes:
        seq: its number in the journal.
        at: unix seconds.
        actor: who gave it.
        payload: what was ordered.
    """

    seq: int
    at: float
    actor: str
    payload: CanaryOrder


class Hold(NamedTuple):
    """What a phase waits for: since unix time `at`, and until when at the latest."""

    at: float
    reason: str
    until: float


@dataclass(frozen=True)
class CycleState:
    """The cycle that is under way.

    Attributes:
        number: 1, 2, 3, ...
        phase: the step that comes next, one of exporter.catalog.controller.PHASES.
        phase_since: unix seconds at which it was entered.
        started_at: unix seconds.
        trigger: what started it.
        forced: values that an operator asked to canary, instead of a proposal.
        observations, findings: the KPIs' levels before the change, and what they mean.
        changes, predicted, rationale: the proposal.
        golden: what the golden cases said.
        canary: its canary, once started.
        verdict, reasons: once decided.
        outcome: promoted or reverted, once applied.
        impacts: once measured.
        chance: of a promotion, as proposed; NaN when nobody knows it.
        bypass: who wants it to go past the golden cases, and why; empty when nobody does.
        ordered: whether an operator gave its verdict.
        hold: what keeps its phase from going on, None when nothing does.
    """

    number: int
    phase: str
    phase_since: float
    started_at: float
    trigger: str
    forced: Values | None = None
    observations: tuple[Observation, ...] = ()
    findings: tuple[str, ...] = ()
    changes: tuple[Moved, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    rationale: str = ""
    golden: Validated | None = None
    canary: CanaryState | None = None
    verdict: str = ""
    reasons: tuple[str, ...] = ()
    outcome: str = ""
    impacts: tuple[Impact, ...] = ()
    chance: float = math.nan
    bypass: str = ""
    ordered: bool = False
    hold: Hold | None = None


class Effect(NamedTuple):
    """A measured effect on one KPI and its standard error, in the KPI's unit."""

    effect: float
    standard_error: float


@dataclass(frozen=True)
class Trial:
    """A canary that was measured; what the response models learn from.

    Attributes:
        at: unix seconds.
        base: values of the comparison arms.
        tried: values of the canary arm.
        effects: what was measured, by KPI.
        predicted: what was predicted, by KPI; empty for a change that an operator forced.
        outcome: promoted or reverted.
        chance: of a promotion, as proposed; NaN when nobody knew it.
    """

    at: float
    base: Values
    tried: Values
    effects: dict[str, Effect]
    predicted: dict[str, Predicted]
    outcome: str
    chance: float = math.nan


@dataclass(frozen=True)
class State:
    """Everything the controller knows."""

    seq: int = 0
    began_at: float = 0.0
    last_at: float = 0.0
    last_hash: str = ""
    owner: str = ""
    values: Values = field(default_factory=dict)
    version: str = ""
    pauses: dict[str, Pause] = field(default_factory=dict)
    cycle: CycleState | None = None
    cycles: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    incidents: dict[str, AlertFiring] = field(default_factory=dict)
    incident_at: dict[str, float] = field(default_factory=dict)
    incident_count: int = 0
    trials: tuple[Trial, ...] = ()
    exposures: tuple[Window, ...] = ()
    requested: CycleRequested | None = None
    requested_by: str = ""
    wanted: tuple[Wanted, ...] = ()
    orders: tuple[Order, ...] = ()
    last_ended_at: float | None = None
    last_scheduled_at: float | None = None
    last_outcome: str = ""
    last_reason: str = ""
    last_kpis: tuple[KpiLook, ...] = ()
    bounds: dict[str, BoundsRecord] = field(default_factory=dict)
    finished: tuple[Finished, ...] = ()
    drift: DriftState = field(default_factory=DriftState)
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    jobs_wanted: dict[str, JobWanted] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    config_digest: str = ""
    judging_digest: str = ""
    word: str = ""
    """Why the values in force are what they are, where an operator put them there and no cycle has since."""

    @property
    def phase(self) -> str:
        """The step that comes next; `idle` between cycles."""
        return "idle" if self.cycle is None else self.cycle.phase

    @property
    def pause(self) -> Pause | None:
        """The pause in force that people are told of first, None when nothing is paused."""
        return next((self.pauses[cause] for cause in CAUSES if cause in self.pauses), None)

    @property
    def paused(self) -> str | None:
        """Why the autopilot is paused, in words; None when it is not."""
        return None if self.pause is None else self.pause.text

    def paused_at(self, now: float) -> str | None:
        """Why the autopilot is paused at unix time `now`, in words; a pause whose time is over holds nothing any more.

        The journal says its end only when a controller runs.
        """
        held = (self.pauses[cause] for cause in CAUSES if cause in self.pauses and not self.pauses[cause].over(now))
        return next((pause.text for pause in held), None)

    @property
    def emergency(self) -> bool:
        """Whether an operator has stopped everything."""
        return "emergency" in self.pauses
