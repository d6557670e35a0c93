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
from controller.journal.state_canary import CanaryState
from controller.journal.state_ops import CAUSES, DriftState, Finished, JobRecord, JobWanted, Pause, Plan, Wanted
from controller.model import Window
from exporter.parameters import Values


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
    changed_at: dict[str, float] = field(default_factory=dict)
    """When something was last changed, by kind of change (controller.journal.fold_changes.Change); unix seconds."""
    word: str = ""
    """Why the values in force are what they are, where an operator or a changed configuration put them there and no
    cycle has since."""

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
