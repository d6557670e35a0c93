"""Drift in the cycle: what the monitors say, when that stops the autopilot, and when a pause is over.

Looked at between cycles and before one starts. Evidence that led to a pause has had its consequence: after it, only
what came later counts, so a pause that ended is not begun again for the same reasons.
"""

from __future__ import annotations

import math

from controller.config.config import Config
from controller.cycle.context import Context
from controller.decide.drift import outcomes, prediction
from controller.decide.drift.backoff import length, remaining
from controller.decide.drift.outcomes import Ended
from controller.decide.drift.prediction import Dated
from controller.decide.drift.reading import Cause, Reading
from controller.decide.drift.trend import Trend, trend
from controller.journal import event as ev
from controller.journal.held import held
from controller.journal.state import State


def pause_over(context: Context) -> ev.PauseEnded | None:
    """Return the end of a pause whose time is over, None when there is none."""
    for pause in context.state.pauses.values():
        if pause.over(context.now):
            whose = "the pause for drift" if pause.cause == "drift" else f"the pause by {pause.actor}"
            return ev.PauseEnded(cause=pause.cause, reason=f"{whose} is over; it was for: {pause.reason}")
    return None


def drifting(context: Context) -> ev.DriftDetected | None:
    """Return drift that was not told yet, None when there is none; nothing while the clock is behind."""
    config, state, now = context.config, context.state, context.now
    if not config.drift.enabled or state.emergency or now < state.last_at:
        return None
    for reading in readings(config, state, now):
        if reading.drifted and (told := found(config, state, reading, now)) is not None:
            return told
    if config.drift.action(Cause.PLANT) != "off":
        for reading in context.ports.plant.readings(state, now):
            if reading.drifted and (told := found(config, state, reading, now)) is not None:
                return told
    return None


def found(config: Config, state: State, reading: Reading, now: float) -> ev.DriftDetected | None:
    """Return what follows from a reading that found drift; None when nothing does.

    While a pause for drift lasts there is no second one: a level that shifts in it is told, all else is known already.
    """
    action, policy = config.drift.action(reading.cause), config.drift.policy.pause
    if action == "pause" and "drift" in state.pauses:
        action = "watch" if reading.cause is Cause.PLANT else "off"
    if action == "off":
        return None
    strikes, until = strikes_now(config, state, now), None
    if action == "pause":
        strikes += 1
        until = now + length(strikes, policy)
    return ev.DriftDetected(
        cause=reading.cause.value,
        action=action,
        reason=reading.text,
        value=reading.value,
        threshold=reading.threshold,
        kpi=reading.kpi,
        until=until,
        strikes=strikes,
        began=None if reading.shift is None else reading.shift.began,
    )


def strikes_now(config: Config, state: State, now: float) -> int:
    """Return the strikes that are not forgotten at unix time `now`."""
    return remaining(state.drift.strikes, state.drift.returned_at, config.drift.policy.pause, now)


def readings(config: Config, state: State, now: float) -> tuple[Reading, ...]:
    """Return what the monitors of the journal say at unix time `now`, whatever follows from it."""
    policy = config.drift.policy
    kpis = [judged.kpi.name for judged in config.judged]
    oldest = min(now - policy.prediction.lasting - policy.prediction.window, now - policy.coverage.window)
    pairs = {kpi: dated(state, kpi, after=oldest) for kpi in kpis}  # what is older says nothing, and is most of them
    every = [pair for one in pairs.values() for pair in one]
    tests, known = len(kpis) + 1, len(state.trials)
    ended = own_cycles(state)

    def since(cause: Cause, kpi: str = "") -> float:
        return told_at(state, cause, kpi)

    return (
        *(
            prediction.error(
                kpi, pairs[kpi], policy.prediction, known=known, since=since(Cause.PREDICTION, kpi), now=now
            )
            for kpi in kpis
        ),
        prediction.coverage("", every, policy.coverage, tests=tests, since=since(Cause.COVERAGE), now=now),
        *(
            prediction.coverage(
                kpi, pairs[kpi], policy.coverage, tests=tests, since=since(Cause.COVERAGE, kpi), now=now
            )
            for kpi in kpis
        ),
        outcomes.failures(ended, policy.failures, since(Cause.FAILURES)),
        outcomes.rollbacks(ended, policy.rollbacks, since(Cause.ROLLBACKS), now),
    )


def trends(config: Config, state: State, now: float) -> tuple[Trend, ...]:
    """Return whether the errors of each KPI's predictions grow, over the window in which their median is watched."""
    kpis, window = [judged.kpi.name for judged in config.judged], config.drift.policy.prediction.window
    return tuple(
        trend(kpi, dated(state, kpi), window, tests=len(kpis), since=told_at(state, Cause.PREDICTION, kpi), now=now)
        for kpi in kpis
    )


def told_at(state: State, cause: Cause, kpi: str = "") -> float:
    """Return since when evidence counts: since the last pause for drift, and since this very drift was told."""
    times = (one.at for one in state.drift.records if one.found.cause == cause and one.found.kpi == kpi)
    paused = state.drift.paused_at
    return max((-math.inf if paused is None else paused, *times))


def own_cycles(state: State) -> tuple[Ended, ...]:
    """Return the cycles that say something of the autopilot: not those that an operator forced or decided."""
    return tuple(Ended(one.at, one.outcome) for one in state.finished if not (one.forced or one.ordered))


def dated(state: State, kpi: str, *, after: float = -math.inf) -> tuple[Dated, ...]:
    """Return the predictions of a KPI that were measured after a unix time, oldest first."""
    return tuple(
        Dated(trial.at, held(trial.predicted[kpi], trial.effects[kpi]))
        for trial in state.trials
        if trial.at > after and kpi in trial.predicted and kpi in trial.effects
    )
