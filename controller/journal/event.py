"""What may stand in the journal: one frozen value per kind of event. Times are unix seconds.

The order of a cycle's events is the order of its steps:

    CycleStarted -> Observed -> Analysed -> Proposed -> Validated -> CanaryStarted -> CanaryLooked ... -> Decided
                 -> Applied -> Measured -> CycleEnded

A cycle may end early at any step (CycleEnded says why). A canary may be paused and resumed, lapses when nobody renewed
its lease, gets larger shares of the traffic (CanaryStepped), and may wait for an operator's word when it showed nothing
(CanaryAwaiting). Requests and alerts come from outside (operators, Alertmanager) and may stand between any two steps.
An order about a canary is answered by the event that names its number (`request`): the verdict, the end, or a refusal.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from controller.journal.event_bounds import BoundsAdjusted as BoundsAdjusted  # noqa: PLC0414 - stands in the journal
from controller.journal.event_bounds import BoundsAdjustRequested as BoundsAdjustRequested  # noqa: PLC0414 - likewise
from controller.journal.event_bounds import BoundsKind as BoundsKind  # noqa: PLC0414 - likewise
from controller.journal.event_bounds import BoundsOverrideCleared as BoundsOverrideCleared  # noqa: PLC0414 - likewise
from controller.journal.event_bounds import BoundsOverrideRequested as BoundsOverrideRequested  # noqa: PLC0414 - likewise
from controller.journal.event_ops import ConfigChanged as ConfigChanged  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import ConfigLoaded as ConfigLoaded  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import CycleRequested as CycleRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import Deployed as Deployed  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import DeployRequested as DeployRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import JobDone as JobDone  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import JobRequested as JobRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import RequestRefused as RequestRefused  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import RollbackRequested as RollbackRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_ops import RolledBack as RolledBack  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import DriftCause as DriftCause  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import DriftDetected as DriftDetected  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import EmergencyPauseRequested as EmergencyPauseRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import PauseCause as PauseCause  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import PauseEnded as PauseEnded  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import PauseRequested as PauseRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.event_pause import ResumeRequested as ResumeRequested  # noqa: PLC0414 - stands in the journal
from controller.journal.frozen import Frozen as _Frozen
from exporter.parameter import Value, shown


class Moved(_Frozen):
    """One parameter's move."""

    parameter: str
    old: Value
    new: Value

    @property
    def text(self) -> str:
        """The move as people read it."""
        return f"{self.parameter} {shown(self.old)} -> {shown(self.new)}"


class Predicted(_Frozen):
    """Predicted effect on a KPI, in the KPI's unit, with the 95 % interval for what the canary will measure.

    `true_low` and `true_high` are the 95 % interval of the effect itself (came later).
    """

    kpi: str
    effect: float
    low: float
    high: float
    true_low: float = math.nan
    true_high: float = math.nan


class Observation(_Frozen):
    """A KPI's level over the analysis window; `content` says what was found where there is no number."""

    kpi: str
    content: str
    level: float | None
    earlier: float | None = None


class Found(_Frozen):
    """One finding of the analysis; see controller.decide.analysis.finding.Finding."""

    kpi: str
    kind: str
    text: str
    confidence: float
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan


class KpiLook(_Frozen):
    """What one KPI said at a look; see controller.decide.canary.KpiVerdict. What has a default came later."""

    kpi: str
    role: str
    effect: float
    margin: float
    standard_error: float
    harm_needed: float
    count: int
    canary_mean: float
    comparison_mean: float
    verdict: str
    reason: str
    query: str
    digest: str
    low: float = math.nan
    high: float = math.nan
    benefit_needed: float = math.nan
    allowed: float = math.nan
    detectable: float = math.nan
    fraction: float = math.nan
    rule: str = ""
    noise: float = math.nan


class Impact(_Frozen):
    """Predicted against measured effect on a KPI, in the KPI's unit; levels before and after the change.

    `low` and `high` are the 95 % interval that was predicted, `held` says whether it held the measured effect, allowing
    for a canary that ended early (came later).
    """

    kpi: str
    predicted: float | None
    measured: float
    standard_error: float
    error_ratio: float | None
    before: float | None
    after: float | None
    low: float = math.nan
    high: float = math.nan
    held: bool | None = None


class ControllerStarted(_Frozen):
    """A controller took the journal over; from here on it alone writes steps."""

    kind: Literal["controller_started"] = "controller_started"
    pid: int
    host: str


class ControllerStopped(_Frozen):
    """A controller ended in good order."""

    kind: Literal["controller_stopped"] = "controller_stopped"


class Adopted(_Frozen):
    """The values in force when the journal began."""

    kind: Literal["adopted"] = "adopted"
    values: dict[str, Value]
    version: str
    source: str


class CanaryApproved(_Frozen):
    """An operator wants a canary promoted whatever its verdict; `force` also while an incident is open."""

    kind: Literal["canary_approved"] = "canary_approved"
    canary: str
    reason: str
    force: bool = False


class CanaryRejected(_Frozen):
    """An operator wants a canary to end, with the old values everywhere, as if it had done harm."""

    kind: Literal["canary_rejected"] = "canary_rejected"
    canary: str
    reason: str


class CanaryAborted(_Frozen):
    """An operator wants a canary's cycle to end without any judgement."""

    kind: Literal["canary_aborted"] = "canary_aborted"
    canary: str
    reason: str


class CanaryOrderRefused(_Frozen):
    """An order about a canary changes nothing: `request` is its number in the journal, `reason` says why."""

    kind: Literal["canary_order_refused"] = "canary_order_refused"
    request: int
    order: str
    canary: str
    by: str
    reason: str


class AlertFiring(_Frozen):
    """Alertmanager reported a firing alert that concerns the piloted service: an incident begins."""

    kind: Literal["alert_firing"] = "alert_firing"
    fingerprint: str
    alert: str
    labels: dict[str, str]
    summary: str
    starts_at: str


class AlertResolved(_Frozen):
    """The incident is over."""

    kind: Literal["alert_resolved"] = "alert_resolved"
    fingerprint: str
    alert: str
    source: str


class CycleStarted(_Frozen):
    """A cycle began; with `bypass`, which says who wants it and why, the golden cases are not asked (came later)."""

    kind: Literal["cycle_started"] = "cycle_started"
    cycle: int
    trigger: str
    forced: dict[str, Value] | None = None
    bypass: str = ""


class Observed(_Frozen):
    """The KPIs' levels over the analysis window."""

    kind: Literal["observed"] = "observed"
    cycle: int
    window: float
    observations: tuple[Observation, ...]


class Analysed(_Frozen):
    """What the levels and their course mean: in words, and one by one (`details` came later)."""

    kind: Literal["analysed"] = "analysed"
    cycle: int
    findings: tuple[str, ...]
    details: tuple[Found, ...] = ()


class Proposed(_Frozen):
    """One bounded change, why, and what it should do; `chance` is that of a promotion, NaN when nobody knows it."""

    kind: Literal["proposed"] = "proposed"
    cycle: int
    changes: tuple[Moved, ...]
    predicted: tuple[Predicted, ...]
    rationale: str
    chance: float = math.nan


class Validated(_Frozen):
    """What the golden cases said of the proposed values; `bypassed` says who went past them, and why (came later)."""

    kind: Literal["validated"] = "validated"
    cycle: int
    passed: bool
    cases: int
    seconds: float
    failures: tuple[str, ...]
    bypassed: str = ""


class CanaryStarted(_Frozen):
    """The canary arm gets the proposed values until `expires_at`, unless that is renewed.

    `weights` are the arms' shares to begin with, `ladder` the canary arm's shares one after the other (none: no steps).
    Per guardrail, in its unit: `margins`, the harm that a promotion must rule out, and `tolerated`, the harm that its
    limit allows to be proven; every look uses them. Journals from before they were recorded have neither.
    """

    kind: Literal["canary_started"] = "canary_started"
    cycle: int
    canary: str
    version: str
    planned: int
    expires_at: float
    detectable: dict[str, float]
    weights: dict[str, float] = Field(default={})
    ladder: tuple[float, ...] = ()
    margins: dict[str, float] = Field(default={})
    tolerated: dict[str, float] = Field(default={})


class CanaryLooked(_Frozen):
    """One look at the canary: verdict, reasons, and the renewed lease."""

    kind: Literal["canary_looked"] = "canary_looked"
    cycle: int
    look: int
    verdict: str
    reasons: tuple[str, ...]
    kpis: tuple[KpiLook, ...]
    expires_at: float


class CanaryStepped(_Frozen):
    """The canary arm gets a larger share of the units; `step` counts from 1, the share that it began with."""

    kind: Literal["canary_stepped"] = "canary_stepped"
    cycle: int
    step: int
    weight: float
    version: str


class CanaryAwaiting(_Frozen):
    """The canary showed nothing; with all arms on control values it waits until `deadline` for an operator's word."""

    kind: Literal["canary_awaiting"] = "canary_awaiting"
    cycle: int
    verdict: str
    reasons: tuple[str, ...]
    deadline: float


class CanaryPaused(_Frozen):
    """All arms are back on control values, and time and evidence stand still."""

    kind: Literal["canary_paused"] = "canary_paused"
    cycle: int
    reasons: tuple[str, ...]


class CanaryLapsed(_Frozen):
    """The lease ran out before it was renewed: readers fell back to control at `expired_at`."""

    kind: Literal["canary_lapsed"] = "canary_lapsed"
    cycle: int
    expired_at: float


class CanaryResumed(_Frozen):
    """The canary arm has the proposed values again."""

    kind: Literal["canary_resumed"] = "canary_resumed"
    cycle: int
    reason: str
    expires_at: float


class Decided(_Frozen):
    """The canary is over, with its verdict and reasons; `request` is the order that it carries out, if any."""

    kind: Literal["decided"] = "decided"
    cycle: int
    verdict: str
    reasons: tuple[str, ...]
    request: int | None = None


class Applied(_Frozen):
    """The proposed values were promoted to every arm, or the old ones kept everywhere."""

    kind: Literal["applied"] = "applied"
    cycle: int
    outcome: Literal["promoted", "reverted"]
    values: dict[str, Value]
    version: str


class Measured(_Frozen):
    """What the change really did, held against the prediction."""

    kind: Literal["measured"] = "measured"
    cycle: int
    impacts: tuple[Impact, ...]


class CycleEnded(_Frozen):
    """The cycle is over; `request` is the order that ended it, if any."""

    kind: Literal["cycle_ended"] = "cycle_ended"
    cycle: int
    outcome: str
    reason: str
    request: int | None = None


Payload = Annotated[
    ControllerStarted
    | ControllerStopped
    | Adopted
    | CycleRequested
    | PauseRequested
    | EmergencyPauseRequested
    | ResumeRequested
    | PauseEnded
    | DriftDetected
    | RollbackRequested
    | RolledBack
    | DeployRequested
    | Deployed
    | RequestRefused
    | JobRequested
    | JobDone
    | ConfigChanged
    | ConfigLoaded
    | CanaryApproved
    | CanaryRejected
    | CanaryAborted
    | CanaryOrderRefused
    | AlertFiring
    | AlertResolved
    | CycleStarted
    | Observed
    | Analysed
    | Proposed
    | Validated
    | CanaryStarted
    | CanaryLooked
    | CanaryStepped
    | CanaryAwaiting
    | CanaryPaused
    | CanaryLapsed
    | CanaryResumed
    | Decided
    | Applied
    | Measured
    | CycleEnded
    | BoundsAdjusted
    | BoundsAdjustRequested
    | BoundsOverrideRequested
    | BoundsOverrideCleared,
    Field(discriminator="kind"),
]
PAYLOAD: TypeAdapter[Payload] = TypeAdapter(Payload)

CanaryOrder = CanaryApproved | CanaryRejected | CanaryAborted
"""What an operator may order about a canary."""


class Event(_Frozen):
    """One line of the journal.

    Attributes:
        seq: 1, 2, 3, ... without gaps.
        at: unix seconds; never before the event that precedes it.
        writer: id of the process that appended it.
        actor: who caused it: `autopilot`, `alertmanager`, or a person.
        payload: what happened.
        previous: hash of the event before, "" for the first.
        hash: SHA-256 over all of the above.
    """

    seq: int
    at: float
    writer: str
    actor: str
    payload: Payload
    previous: str
    hash: str
