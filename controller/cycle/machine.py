"""The whole machine: phase -> step, and what comes before every phase (rollbacks, orders, bounds, the schedule)."""

from __future__ import annotations

from collections.abc import Callable

from controller.cycle.apply import applying, learning
from controller.cycle.bounds import adjusting
from controller.cycle.canary import canary
from controller.cycle.context import IDLE, Context, Step, ended
from controller.cycle.live import uniform_live
from controller.cycle.measure import measuring
from controller.cycle.observe import analysing, observing
from controller.cycle.orders import answer, next_order
from controller.cycle.propose import proposing, validating
from controller.decide.schedule import due
from controller.journal import event as ev
from exporter.parameters import ParameterError

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


def next_step(context: Context) -> Step:
    """Return what is due now."""
    state = context.state
    if state.rollback is not None:
        return _rollback(context, state.rollback)
    if (order := next_order(state)) is not None:
        return answer(context, order)
    if state.cycle is None:
        return _idle(context)
    return _PHASES[state.cycle.phase](context)


def _rollback(context: Context, request: ev.RollbackRequested) -> Step:
    if context.state.cycle is not None:
        return ended(context.state.cycle, "aborted", f"rollback to {request.version[:12]}: {request.reason}")
    try:
        values, reason = context.config.specs.check(request.values, "rollback"), request.reason
    except ParameterError as error:
        values, reason = context.state.values, f"refused: {error}"
    version = uniform_live(context.config, values).version
    return Step(ev.RolledBack(version=version, values=values, reason=reason))


def _idle(context: Context) -> Step:
    state = context.state
    if (adjusted := adjusting(context)) is not None:
        return Step(adjusted)
    if state.paused is not None:
        return Step(wait=IDLE)
    if state.requested is not None:
        return Step(ev.CycleStarted(cycle=state.cycles + 1, trigger="operator", forced=state.requested.forced))
    last = state.began_at if state.last_scheduled_at is None else state.last_scheduled_at
    if due(context.config.schedule.daily_at, last, context.now):
        return Step(ev.CycleStarted(cycle=state.cycles + 1, trigger="schedule"))
    return Step(wait=IDLE)
