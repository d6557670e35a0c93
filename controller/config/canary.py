"""How a canary runs and is judged, as autopilot.yaml says it."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from controller.config.fields import Count, Number, Seconds, SecondsOrZero, Section
from controller.decide.policy import Policy
from exporter import names
from exporter.seconds import DAY, HOUR

MOST_STEPS = 10
MOST_SHARE = 0.5  # of the units in a canary arm that grows; the other half is what it is compared with


class CanarySection(Section):
    """How a canary runs and is judged."""

    duration: Seconds = HOUR
    warmup: Seconds = 60.0
    look_every: Seconds = 60.0
    lease: Seconds = 300.0
    history: Seconds = DAY
    blind_deadline: Seconds = 900.0
    blind_budget: Seconds = 1800.0
    pause_deadline: Seconds = 14400.0
    ask_when_inconclusive: SecondsOrZero = 0.0
    steps: tuple[Number, ...] = ()
    weights: dict[Literal["canary", "baseline", "control"], Number] = Field(
        default={"canary": 0.2, "baseline": 0.2, "control": 0.6}
    )
    alpha: Number = Field(default=Policy.alpha, gt=0, lt=0.5)
    minimum_harm: Count = Field(default=Policy.minimum_harm, ge=5)
    minimum_proceed: Count = Field(default=Policy.minimum_proceed, ge=5)
    minimum_history: Count = Field(default=Policy.minimum_history, ge=50)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if set(self.weights) != set(names.ARMS) or abs(sum(self.weights.values()) - 1) > 1e-9:  # noqa: PLR2004 - rounding
            raise ValueError("weights must name canary, baseline and control, and sum to 1")
        if min(self.weights.values()) <= 0:
            raise ValueError("every arm needs a weight above 0: all three are compared")
        if self.lease <= self.look_every:
            raise ValueError("lease must be longer than look_every, or every canary would lapse between two looks")
        if self.blind_budget < self.blind_deadline:
            raise ValueError("blind_budget must be at least blind_deadline: it is for all blind stretches together")
        return self

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        if len(self.steps) > MOST_STEPS:
            raise ValueError(f"steps: at most {MOST_STEPS}, there are {len(self.steps)}")
        if not all(0 < share <= MOST_SHARE for share in self.steps):
            raise ValueError(f"steps: each is a share of the units above 0, at most {MOST_SHARE}: the rest compares")
        if any(later <= share for share, later in pairwise(self.steps)):
            raise ValueError("steps must ascend: a canary that gets smaller would send units back to the old values")
        if self.steps and self.duration / len(self.steps) < self.look_every:
            raise ValueError("steps: each lasts duration / number of steps, and needs at least one look_every")
        return self
