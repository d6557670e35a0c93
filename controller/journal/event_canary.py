"""Events about a canary, and an operator's orders about it. Times are unix seconds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from controller.journal.event_values import KpiLook
from controller.journal.frozen import Frozen


class CanaryApproved(Frozen):
    """An operator wants a canary promoted whatever its verdict; `force` also while an incident is open."""

    kind: Literal["canary_approved"] = "canary_approved"
    canary: str
    reason: str
    force: bool = False


class CanaryRejected(Frozen):
    """An operator wants a canary to end, with the old values everywhere, as if it had done harm."""

    kind: Literal["canary_rejected"] = "canary_rejected"
    canary: str
    reason: str


class CanaryAborted(Frozen):
    """An operator wants a canary's cycle to end without any judgement."""

    kind: Literal["canary_aborted"] = "canary_aborted"
    canary: str
    reason: str


class CanaryOrderRefused(Frozen):
    """An order about a canary changes nothing: `request` is its number in the journal, `reason` says why."""

    kind: Literal["canary_order_refused"] = "canary_order_refused"
    request: int
    order: str
    canary: str
    by: str
    reason: str


class CanaryStarted(Frozen):
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


class CanaryLooked(Frozen):
    """One look at the canary: verdict, reasons, and the renewed lease."""

    kind: Literal["canary_looked"] = "canary_looked"
    cycle: int
    look: int
    verdict: str
    reasons: tuple[str, ...]
    kpis: tuple[KpiLook, ...]
    expires_at: float


class CanaryStepped(Frozen):
    """The canary arm gets a larger share of the units; `step` counts from 1, the share that it began with."""

    kind: Literal["canary_stepped"] = "canary_stepped"
    cycle: int
    step: int
    weight: float
    version: str


class CanaryAwaiting(Frozen):
    """The canary showed nothing; with all arms on control values it waits until `deadline` for an operator's word."""

    kind: Literal["canary_awaiting"] = "canary_awaiting"
    cycle: int
    verdict: str
    reasons: tuple[str, ...]
    deadline: float


class CanaryPaused(Frozen):
    """All arms are back on control values, and time and evidence stand still."""

    kind: Literal["canary_paused"] = "canary_paused"
    cycle: int
    reasons: tuple[str, ...]


class CanaryLapsed(Frozen):
    """The lease ran out before it was renewed: readers fell back to control at `expired_at`."""

    kind: Literal["canary_lapsed"] = "canary_lapsed"
    cycle: int
    expired_at: float


class CanaryResumed(Frozen):
    """The canary arm has the proposed values again."""

    kind: Literal["canary_resumed"] = "canary_resumed"
    cycle: int
    reason: str
    expires_at: float


CanaryOrder = CanaryApproved | CanaryRejected | CanaryAborted
"""What an operator may order about a canary."""
