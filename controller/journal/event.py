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

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from controller.journal.event_bounds import (
    BoundsAdjustRequested as BoundsAdjustRequested,
    BoundsAdjusted as BoundsAdjusted,
    BoundsKind as BoundsKind,
    BoundsOverrideCleared as BoundsOverrideCleared,
    BoundsOverrideRequested as BoundsOverrideRequested,
)
from controller.journal.event_canary import (
    CanaryAborted as CanaryAborted,
    CanaryApproved as CanaryApproved,
    CanaryAwaiting as CanaryAwaiting,
    CanaryLapsed as CanaryLapsed,
    CanaryLooked as CanaryLooked,
    CanaryOrder as CanaryOrder,
    CanaryOrderRefused as CanaryOrderRefused,
    CanaryPaused as CanaryPaused,
    CanaryRejected as CanaryRejected,
    CanaryResumed as CanaryResumed,
    CanaryStarted as CanaryStarted,
    CanaryStepped as CanaryStepped,
)
from controller.journal.event_cycle import (
    Analysed as Analysed,
    Applied as Applied,
    CycleEnded as CycleEnded,
    CycleStarted as CycleStarted,
    Decided as Decided,
    Measured as Measured,
    Observed as Observed,
    PhaseHeld as PhaseHeld,
    Proposed as Proposed,
    Validated as Validated,
)
from controller.journal.event_ops import (
    ConfigChanged as ConfigChanged,
    ConfigLoaded as ConfigLoaded,
    CycleRequested as CycleRequested,
    DeployRequested as DeployRequested,
    Deployed as Deployed,
    JobDone as JobDone,
    JobRequested as JobRequested,
    RequestRefused as RequestRefused,
    RollbackRequested as RollbackRequested,
    RolledBack as RolledBack,
)
from controller.journal.event_pause import (
    DriftCause as DriftCause,
    DriftDetected as DriftDetected,
    EmergencyPauseRequested as EmergencyPauseRequested,
    PauseCause as PauseCause,
    PauseEnded as PauseEnded,
    PauseRequested as PauseRequested,
    ResumeRequested as ResumeRequested,
)
from controller.journal.event_values import (
    Found as Found,
    Impact as Impact,
    KpiLook as KpiLook,
    Moved as Moved,
    Observation as Observation,
    Predicted as Predicted,
)
from controller.journal.frozen import Frozen
from exporter.parameter import Value


class ControllerStarted(Frozen):
    """A controller took the journal over; from here on it alone writes steps."""

    kind: Literal["controller_started"] = "controller_started"
    pid: int
    host: str


class ControllerStopped(Frozen):
    """A controller ended in good order."""

    kind: Literal["controller_stopped"] = "controller_stopped"


class Adopted(Frozen):
    """The values in force when the journal began."""

    kind: Literal["adopted"] = "adopted"
    values: dict[str, Value]
    version: str
    source: str


class AlertFiring(Frozen):
    """Alertmanager reported a firing alert that concerns the piloted service: an incident begins."""

    kind: Literal["alert_firing"] = "alert_firing"
    fingerprint: str
    alert: str
    labels: dict[str, str]
    summary: str
    starts_at: str


class AlertResolved(Frozen):
    """The incident is over."""

    kind: Literal["alert_resolved"] = "alert_resolved"
    fingerprint: str
    alert: str
    source: str


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
    | PhaseHeld
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


class Event(Frozen):
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
