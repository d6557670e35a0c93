"""Payloads of one cycle, and states folded from them."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.state import State
from tests.controller.journal.events import events, example

START = example(ev.CycleStarted)
PROPOSED = example(ev.Proposed)
CANARY = ev.CanaryStarted(cycle=1, canary="c-1", version="v1", planned=240, expires_at=1500.0, detectable={})
LAPSED = ev.CanaryLapsed(cycle=1, expired_at=1015.0)
RESUMED = ev.CanaryResumed(cycle=1, reason="over", expires_at=1700.0)
PAUSED = ev.CanaryPaused(cycle=1, reasons=("Bad fires",))
ENDED = ev.CycleEnded(cycle=1, outcome="promoted", reason="done")


def folded(*found: Payload) -> State:
    """Fold payloads that stand at 1000, 1010, 1020 ..."""
    return fold(State(), events(*found))


def looked(verdict: str, look: int = 1, *kpis: ev.KpiLook) -> ev.CanaryLooked:
    """Return a look at a canary."""
    return ev.CanaryLooked(cycle=1, look=look, verdict=verdict, reasons=("r",), kpis=kpis, expires_at=1600.0)
