"""Predictions in the journal beside what was measured, as controller.decide.learner.accuracy counts them."""

from __future__ import annotations

from collections.abc import Iterable

from controller.decide.learner.accuracy import Held
from controller.journal.event import Predicted
from controller.journal.state import Effect, Trial


def held(predicted: Predicted, found: Effect) -> Held:
    """Return a prediction and what was measured as one value."""
    return Held(
        effect=predicted.effect,
        low=predicted.low,
        high=predicted.high,
        true_low=predicted.true_low,
        true_high=predicted.true_high,
        measured=found.effect,
        error=found.standard_error,
    )


def predictions(trials: Iterable[Trial], kpi: str) -> tuple[Held, ...]:
    """Return what was predicted and measured of one KPI, in the order of the trials."""
    return tuple(
        held(trial.predicted[kpi], trial.effects[kpi])
        for trial in trials
        if kpi in trial.predicted and kpi in trial.effects
    )
