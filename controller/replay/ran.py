"""The journal -> canaries that ran: when the canary arm had other values than the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from controller.journal.event import Event
from controller.journal.fold import fold
from controller.journal.state import CycleState, State
from controller.model import Window


@dataclass(frozen=True)
class Ran:
    """A canary that runs or ran.

    Attributes:
        name: cycle-1, cycle-2, ...
        planned: points at its planned end.
        windows: when it was exposed; a new share of the traffic begins a new window.
        climbs: whether its share of the traffic grew by plan.
        verdict: what was decided; empty while it is not.
        reasons: why.
    """

    name: str
    planned: int
    windows: tuple[Window, ...]
    climbs: bool
    verdict: str
    reasons: tuple[str, ...]


def canaries(events: Iterable[Event], now: float) -> dict[str, Ran]:
    """Return every canary of a journal by name, in order; one that still runs is exposed until `now`."""
    state, found = State(), dict[str, Ran]()
    for event in events:
        state = fold(state, (event,))
        if state.cycle is not None and state.cycle.canary is not None:
            found[state.cycle.canary.id] = _ran(state.cycle, event.at)
    if state.cycle is not None and state.cycle.canary is not None:
        found[state.cycle.canary.id] = _ran(state.cycle, now)
    return found


def _ran(cycle: CycleState, at: float) -> Ran:
    canary = cycle.canary
    if canary is None:
        raise AssertionError("only a cycle with a canary has one that ran")
    windows = tuple(window for window in canary.windows(at) if window.end > window.start)
    return Ran(canary.id, canary.planned, windows, len(canary.ladder) > 1, cycle.verdict, cycle.reasons)
