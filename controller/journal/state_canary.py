"""A canary's part of the controller's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from controller.journal.event import KpiLook
from controller.model import Window


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
