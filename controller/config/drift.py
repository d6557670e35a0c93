"""The section `drift`: when a monitor speaks of drift, what follows, and how the autopilot comes back from a pause.

One part for each monitor, named like it. `action` says what follows: `pause` stops the autopilot for a while, `watch`
only tells people, `off` looks away.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from controller.config.fields import Count, Number, Seconds, Section
from controller.decide.drift.policy import (
    CoveragePolicy,
    DriftPolicy,
    FailurePolicy,
    PausePolicy,
    PlantPolicy,
    PredictionPolicy,
    RollbackPolicy,
)
from controller.decide.drift.reading import Cause
from exporter.seconds import DAY, HOUR

Action = Literal["pause", "watch", "off"]
Share = Annotated[Number, Field(gt=0, lt=1)]

_PREDICTION, _COVERAGE, _ROLLBACKS = PredictionPolicy(), CoveragePolicy(), RollbackPolicy()
_FAILURES, _PLANT, _PAUSE = FailurePolicy(), PlantPolicy(), PausePolicy()
MOST_STAGES = 10


class PredictionSection(Section):
    """The median prediction error beyond noise."""

    action: Action = "pause"
    window: Seconds = _PREDICTION.window
    target: Number = Field(default=_PREDICTION.target, gt=0)
    limit: Number = Field(default=_PREDICTION.limit, gt=0)
    lasting: Seconds = _PREDICTION.lasting
    least: Count = Field(default=_PREDICTION.least, ge=1)
    known: Count = Field(default=_PREDICTION.known, ge=1)

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.target > self.limit:
            raise ValueError(f"target {self.target:g} must be at most limit {self.limit:g}")
        if self.lasting >= self.window:
            raise ValueError("lasting must be shorter than window, or one prediction would have to fill both")
        return self


class CoverageSection(Section):
    """The share of predicted 95 % intervals that held."""

    action: Action = "pause"
    window: Seconds = _COVERAGE.window
    expected: Share = _COVERAGE.expected
    chance: Share = _COVERAGE.chance
    least: Count = Field(default=_COVERAGE.least, ge=1)


class RollbacksSection(Section):
    """The share of judged canaries that were rolled back."""

    action: Action = "pause"
    window: Seconds = _ROLLBACKS.window
    limit: Share = _ROLLBACKS.limit
    target_window: Seconds = _ROLLBACKS.target_window
    target: Share = _ROLLBACKS.target
    chance: Share = _ROLLBACKS.chance
    least: Count = Field(default=_ROLLBACKS.least, ge=1)


class FailuresSection(Section):
    """Canaries that failed one after the other."""

    action: Action = "pause"
    row: Count = Field(default=_FAILURES.row, ge=1)


class PlantSection(Section):
    """Whether the KPIs' levels are still what they were."""

    action: Action = "watch"
    every: Seconds = HOUR
    baseline: Seconds = _PLANT.baseline
    watch: Seconds = _PLANT.watch
    settle: Seconds = _PLANT.settle
    slack: Number = Field(default=_PLANT.slack, gt=0)
    threshold: Number = Field(default=_PLANT.threshold, gt=0)
    sure: Annotated[Number, Field(gt=0.5, lt=1)] = _PLANT.sure

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        if self.baseline < LEAST_BASELINE:
            raise ValueError("baseline: at least 3d, or no hour of the day is seen often enough")
        if self.watch < LEAST_WATCH:
            raise ValueError("watch: at least 6h, or there is nothing to add up")
        if self.settle < LEAST_WATCH:
            raise ValueError("settle: at least 6h, or the new level is not known")
        if self.baseline + self.watch > MOST_HISTORY:
            raise ValueError("baseline and watch together: at most 60d, one query reads them")
        return self


LEAST_BASELINE, LEAST_WATCH, MOST_HISTORY = 3 * DAY, 6 * HOUR, 60 * DAY


class DriftSection(Section):
    """Monitors, pauses, and the way back."""

    enabled: bool = True
    pause: Seconds = _PAUSE.first
    most_pause: Seconds = _PAUSE.most
    quiet: Seconds = _PAUSE.quiet
    return_over: Seconds = _PAUSE.return_over
    return_stages: tuple[Share, ...] = _PAUSE.stages
    prediction: PredictionSection = PredictionSection()
    coverage: CoverageSection = CoverageSection()
    rollbacks: RollbacksSection = RollbacksSection()
    failures: FailuresSection = FailuresSection()
    plant: PlantSection = PlantSection()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.most_pause < self.pause:
            raise ValueError("most_pause must be at least pause: it begins with one and ends with the other")
        if len(self.return_stages) > MOST_STAGES:
            raise ValueError(f"return_stages: at most {MOST_STAGES}, there are {len(self.return_stages)}")
        if any(later <= share for share, later in pairwise(self.return_stages)):
            raise ValueError("return_stages must ascend: proposals get their room back step by step")
        return self

    def action(self, cause: Cause) -> Action:
        """Return what follows when a monitor finds drift; `off` for all of them while drift is not enabled."""
        if not self.enabled:
            return "off"
        actions: dict[Cause, Action] = {
            Cause.PREDICTION: self.prediction.action,
            Cause.COVERAGE: self.coverage.action,
            Cause.ROLLBACKS: self.rollbacks.action,
            Cause.FAILURES: self.failures.action,
            Cause.PLANT: self.plant.action,
        }
        return actions[cause]

    @property
    def policy(self) -> DriftPolicy:
        """The same as the decisions take it."""
        mine = {"action", "every"}
        return DriftPolicy(
            prediction=PredictionPolicy(**self.prediction.model_dump(exclude=mine)),
            coverage=CoveragePolicy(**self.coverage.model_dump(exclude=mine)),
            rollbacks=RollbackPolicy(**self.rollbacks.model_dump(exclude=mine)),
            failures=FailurePolicy(**self.failures.model_dump(exclude=mine)),
            plant=PlantPolicy(**self.plant.model_dump(exclude=mine)),
            pause=PausePolicy(self.pause, self.most_pause, self.quiet, self.return_over, self.return_stages),
        )
