"""What happened in one simulated run: every canary, the hours between, and the figures of it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from controller.decide.learner.accuracy import error_ratio, unexplained
from controller.model import Verdict
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.task import Estimate, Idea, Range, Trial

KNOWN = 15  # measured canaries after which a prediction is expected to be good
Z95 = 1.96  # half width of a 95 % interval, in standard errors


@dataclass(frozen=True)
class Happened:
    """One opportunity for a canary.

    Attributes:
        day: when.
        trial: the canary, None when there was none.
        idea: what was proposed, None when nothing was.
        safe: whether the truth of the tried values kept every guardrail's limit.
        true_gain: what the tried values truly do to the primary response.
        reason: of the verdict, or why there was no canary.
    """

    day: float
    trial: Trial | None
    idea: Idea | None
    safe: bool
    true_gain: float
    reason: str


@dataclass
class Tally:
    """Sums over a run; regret is in response x hours, `faults` counts those that struck, by name."""

    regret: float = 0.0
    static_regret: float = 0.0
    unsafe_canary_hours: float = 0.0
    unsafe_live_hours: float = 0.0
    happened: list[Happened] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Result:
    """The figures of one seed; see docs/simulation.md for what each means. None where there is nothing to measure."""

    seed: int
    regret: float | None
    canaries: int
    promotions: int
    rollbacks: int
    unsafe_canaries: int
    unsafe_promotions: int
    unsafe_hours: float
    unsafe_canary_hours: float
    unsafe_live_hours: float
    coverage95: float | None
    predictions: int
    prediction_error_p50: float | None
    promoted_error_p50: float | None
    noise_error_p50: float | None
    unexplained_error_p50: float | None
    faults: dict[str, int] = field(default_factory=dict)


def result(seed: int, plant: CheckedPlant, tally: Tally) -> Result:
    """Return a run's figures."""
    primary = plant.primary
    canaries = [item for item in tally.happened if item.trial is not None]
    trials = [item.trial for item in canaries if item.trial is not None]
    pairs = [
        (one.trial.effects[name], one.idea.predicted[name])
        for one in canaries
        if one.trial is not None and one.idea is not None
        for name in one.idea.predicted
        if name in one.trial.effects
    ]
    measured = [one for one in canaries if one.trial is not None and primary in one.trial.effects]
    late = measured[KNOWN:]
    errors = [(one, _error(one, primary)) for one in late]
    promoted = [error for one, error in errors if one.trial is not None and one.trial.promoted]
    noise = [error_ratio(one.true_gain, one.trial.effects[primary].mean) for one in late if one.trial is not None]
    unsafe = [one for one in canaries if not one.safe]
    return Result(
        seed=seed,
        regret=tally.regret / tally.static_regret if tally.static_regret > 0 else None,
        canaries=len(canaries),
        promotions=sum(trial.promoted for trial in trials),
        rollbacks=sum(trial.verdict is Verdict.ROLLBACK for trial in trials),
        unsafe_canaries=len(unsafe),
        unsafe_promotions=sum(one.trial is not None and one.trial.promoted for one in unsafe),
        unsafe_hours=tally.unsafe_canary_hours + tally.unsafe_live_hours,
        unsafe_canary_hours=tally.unsafe_canary_hours,
        unsafe_live_hours=tally.unsafe_live_hours,
        coverage95=sum(covers(*pair, plant.canary_se) for pair in pairs) / len(pairs) if pairs else None,
        predictions=len(pairs),
        prediction_error_p50=_median([error for _, error in errors]),
        promoted_error_p50=_median(promoted),
        noise_error_p50=_median(noise),
        unexplained_error_p50=_median([_unexplained(one, primary) for one in late]),
        faults=dict(tally.faults),
    )


def covers(measured: Estimate, predicted: Range, canary_se: float) -> bool:
    """Whether the interval that was predicted holds what was measured.

    It was predicted for what a full canary measures, with standard error `canary_se`; a shorter canary measures less
    well, and by so much the interval is wider.
    """
    more = Z95**2 * max(0.0, measured.se**2 - canary_se**2)
    if more == 0:
        return bool(predicted.low <= measured.mean <= predicted.high)
    low = predicted.effect - math.hypot(predicted.effect - predicted.low, math.sqrt(more))
    high = predicted.effect + math.hypot(predicted.high - predicted.effect, math.sqrt(more))
    return bool(low <= measured.mean <= high)


def prediction_error(trial: Trial, idea: Idea, primary: str) -> float | None:
    """Return the relative error of the primary response's prediction; None when it was not predicted or measured."""
    if primary not in idea.predicted or primary not in trial.effects:
        return None
    found = error_ratio(idea.predicted[primary].effect, trial.effects[primary].mean)
    return found if math.isfinite(found) else None


def unexplained_error(trial: Trial, idea: Idea, primary: str) -> float | None:
    """Return the part of that error that the measurement's noise does not explain; None as above."""
    if prediction_error(trial, idea, primary) is None:
        return None
    return unexplained(idea.predicted[primary].effect, *trial.effects[primary])


def _unexplained(one: Happened, primary: str) -> float:
    found = None if one.trial is None or one.idea is None else unexplained_error(one.trial, one.idea, primary)
    return math.nan if found is None else found


def _error(one: Happened, primary: str) -> float:
    found = None if one.trial is None or one.idea is None else prediction_error(one.trial, one.idea, primary)
    return math.nan if found is None else found


def _median(values: list[float]) -> float | None:
    known = [value for value in values if math.isfinite(value)]
    return median(known) if known else None
