"""What a step of the cycle sees, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from controller.adapters.answer import PrometheusError, RejectedError
from controller.config.config import Config
from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.state import CycleState, State
from controller.ports import Ports

POLL = 0.5  # seconds between looks at the journal while a cycle is under way
IDLE = 1.0  # seconds between looks at the journal while there is nothing to do


@dataclass(frozen=True)
class Context:
    """What a phase sees."""

    config: Config
    ports: Ports
    state: State
    now: float

    @property
    def cycle(self) -> CycleState:
        """The cycle under way. Raises AssertionError between cycles."""
        if self.state.cycle is None:
            raise AssertionError("a phase was asked for outside a cycle")
        return self.state.cycle


@dataclass(frozen=True)
class Step:
    """The event to append, or None and how many seconds to wait.

    `regardless`: the event holds whatever others append meanwhile; it is no decision on the state.
    """

    payload: Payload | None = None
    wait: float = POLL
    regardless: bool = False


def ended(cycle: CycleState, outcome: str, reason: str) -> Step:
    """Return the end of a cycle."""
    return Step(ev.CycleEnded(cycle=cycle.number, outcome=outcome, reason=reason))


def held_by_prometheus(context: Context, error: PrometheusError) -> Step:
    """Return a wait, or the end of the cycle when the phase has been held for longer than the blind deadline."""
    if isinstance(error, RejectedError):
        return ended(context.cycle, "failed", f"Prometheus refuses a query, waiting does not help: {error}")
    cycle, deadline = context.cycle, context.config.canary.blind_deadline
    held = context.now - cycle.phase_since
    if held > deadline:
        return ended(cycle, "held", f"Prometheus gave no answer for {held:.0f} s: {error}")
    limit = float(getattr(context.config.schedule.timeouts, cycle.phase, math.inf))
    return waiting(context, str(error), cycle.phase_since + min(deadline, limit))


def waiting(context: Context, reason: str, until: float) -> Step:
    """Return a wait of a phase that cannot go on; the first one says in the journal why, and until when (unix s)."""
    cycle = context.cycle
    if cycle.hold is None:
        return Step(ev.PhaseHeld(cycle=cycle.number, phase=cycle.phase, reason=reason, until=until))
    return Step(wait=min(5.0, context.config.canary.look_every))
