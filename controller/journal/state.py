"""The controller's state: a fold over the journal.

Nothing else is remembered, so a restart knows exactly what its predecessor knew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from controller.journal.event import (
    AlertFiring,
    CycleRequested,
    Impact,
    KpiLook,
    Moved,
    Observation,
    Predicted,
    RollbackRequested,
    Validated,
)
from controller.model import Window
from exporter.parameters import Values


@dataclass(frozen=True)
class CanaryState:
    """A canary that is running, paused or just decided.

    Attributes:
        id: names it in the live document.
        version: content hash of the live document while it runs.
        planned: points at its planned end.
        started_at: unix seconds.
        expires_at: end of the lease; None while paused.
        exposures: closed stretches in which the canary arm had the proposed values.
        exposed_since: start of the stretch that is still open; None while paused.
        paused_at: since when it is paused, None while it runs.
        lapsed: whether it stands still because its lease ran out.
        looks: number of looks so far.
        last_look_at: unix seconds of the last look (of the start, before the first).
        kpis: what each KPI said at the last look.
        verdict: of the last look.
        reasons: of the last look, or of the pause.
        blind_since: since when no look could judge, None when the last one could.
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

    @property
    def running(self) -> bool:
        """Whether the canary arm has the proposed values, as far as the journal knows."""
        return self.exposed_since is not None

    def windows(self, now: float) -> tuple[Window, ...]:
        """Return every stretch of exposure up to `now`, no further than the lease."""
        if self.exposed_since is None:
            return self.exposures
        end = now if self.expires_at is None else min(now, self.expires_at)
        return (*self.exposures, Window(self.exposed_since, end))


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


@dataclass(frozen=True)
class Effect:
    """A measured effect of one parameter's move on one KPI; what the response model learns from."""

    parameter: str
    delta: float
    kpi: str
    effect: float
    standard_error: float
    at: float


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
    paused: str | None = None
    cycle: CycleState | None = None
    cycles: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    incidents: dict[str, AlertFiring] = field(default_factory=dict)
    incident_at: dict[str, float] = field(default_factory=dict)
    incident_count: int = 0
    effects: tuple[Effect, ...] = ()
    exposures: tuple[Window, ...] = ()
    requested: CycleRequested | None = None
    rollback: RollbackRequested | None = None
    last_ended_at: float | None = None
    last_scheduled_at: float | None = None
    last_outcome: str = ""
    last_reason: str = ""
    last_kpis: tuple[KpiLook, ...] = ()
    last_impacts: tuple[Impact, ...] = ()

    @property
    def phase(self) -> str:
        """The step that comes next; `idle` between cycles."""
        return "idle" if self.cycle is None else self.cycle.phase
