"""The whole machine: phase -> step, and what comes before every phase.

That is an emergency, an operator's changes and orders, bounds, and the schedule.
"""

from __future__ import annotations

from collections.abc import Callable

from controller.config.schedule import CYCLE
from controller.cycle import deploy
from controller.cycle.apply import applying, learning
from controller.cycle.bounds import adjusting
from controller.cycle.bounds_order import ordered, waiting
from controller.cycle.canary import canary
from controller.cycle.context import IDLE, Context, Step, ended
from controller.cycle.drift import drifting, pause_over
from controller.cycle.jobs import job_step, planned
from controller.cycle.measure import measuring
from controller.cycle.observe import analysing, observing
from controller.cycle.orders import answer, next_order
from controller.cycle.propose import proposing, validating
from controller.cycle.timeouts import overrun
from controller.journal import event as ev
from controller.journal.state import State

_PHASES: dict[str, Callable[[Context], Step]] = {
    "observing": observing,
    "analysing": analysing,
    "proposing": proposing,
    "validating": validating,
    "canary": canary,
    "applying": applying,
    "measuring": measuring,
    "learning": learning,
}

AFTERWARDS = ("measuring", "learning")
"""Phases after the change: they only read, and an emergency lets them."""


def next_step(context: Context) -> Step:
    """Return what is due now."""
    state = context.state
    if state.emergency and state.cycle is not None and state.cycle.phase not in AFTERWARDS:
        return ended(state.cycle, "aborted", state.pauses["emergency"].text)
    if (over := pause_over(context)) is not None:
        return Step(over)
    if state.wanted:
        return _changed(context)
    if (order := next_order(state)) is not None:
        return answer(context, order)
    if state.cycle is None:
        return _idle(context)
    return overrun(context) or _PHASES[state.cycle.phase](context)


def _changed(context: Context) -> Step:
    """Return the answer to the oldest rollback or deployment; bounds that were asked for before it come before it.

    While a cycle is under way bounds wait for its end, which the rollback or the deployment brings about.
    """
    state, oldest = context.state, context.state.wanted[0]
    if state.cycle is None and any(wanted.seq < oldest.seq for wanted, _ in waiting(state)):
        return Step(ordered(context.config, state))
    return deploy.answer(context, oldest)


def _idle(context: Context) -> Step:
    state = context.state
    if (adjusted := ordered(context.config, state) or adjusting(context)) is not None:
        return Step(adjusted)
    if (drift := drifting(context)) is not None:
        return Step(drift)
    if (job := job_step(context)) is not None:
        return job
    return _first(context)


def _first(context: Context) -> Step:
    """Return the start of a cycle that an operator asked for or that is planned, else a wait."""
    state = context.state
    if state.paused is not None:
        return Step(wait=IDLE)
    if state.requested is not None:
        return Step(
            ev.CycleStarted(
                cycle=state.cycles + 1, trigger="operator", forced=state.requested.forced, bypass=_bypass(state)
            )
        )
    if planned(context.config, state, CYCLE, context.now) is not None:
        return Step(ev.CycleStarted(cycle=state.cycles + 1, trigger="schedule"))
    return Step(wait=IDLE)


def _bypass(state: State) -> str:
    """Return who wants the requested cycle to go past the golden cases, and why; empty when nobody does."""
    asked = state.requested
    return f"by {state.requested_by}: {asked.reason}" if asked is not None and asked.force else ""
