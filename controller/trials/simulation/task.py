"""What passes between the simulated world and whoever chooses the changes: the task, measurements, trials.

A proposer's memory is what `observe` and `learn` told it, and nothing else: a controller that died is made anew from
the same task and generator, and hears the recorded levels and trials again. So `propose` changes no memory, and its
randomness comes from the generator it is handed, which is a new one at every opportunity.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from controller.model import Verdict

Values = Mapping[str, float]
Box = Mapping[str, tuple[float, float]]


class Estimate(NamedTuple):
    """A measured number and its standard error, in the unit of what was measured."""

    mean: float
    se: float


class Range(NamedTuple):
    """A predicted effect with its 95 % interval for what a canary will measure, in the unit of the response."""

    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class Task:
    """What a proposer is told of a plant before it begins; the truth is not part of it.

    Attributes:
        bounds: hard bounds of every parameter.
        start: values in force at the beginning.
        primary: the response to maximise.
        limits: upper limits of the guardrails.
        canary_se: standard error of an effect that a full canary measures, for every response.
        level_se: standard error of a response's level over the window between two canaries.
        canaries_per_day: opportunities a day.
        needed: standard errors that prove a benefit, and that a guardrail's bound stands away from the estimate.
    """

    bounds: Box
    start: Values
    primary: str
    limits: Mapping[str, float]
    canary_se: float
    level_se: float
    canaries_per_day: float
    needed: tuple[float, float] = (1.96, 1.645)


@dataclass(frozen=True)
class Idea:
    """A proposed change.

    Attributes:
        values: of every parameter; the world clips them into the box.
        predicted: what a canary should measure, by response; empty when the proposer predicts nothing.
        rationale: why, in words.
    """

    values: Values
    predicted: Mapping[str, Range] = field(default_factory=dict)
    rationale: str = ""


@dataclass(frozen=True)
class Trial:
    """A canary that ended.

    Attributes:
        day: when, in days since the beginning.
        base: values of the comparison arms.
        tried: values of the canary arm.
        effects: measured tried minus base, by response; empty when nothing could be seen.
        verdict: how it ended.
    """

    day: float
    base: Values
    tried: Values
    effects: Mapping[str, Estimate]
    verdict: Verdict

    @property
    def promoted(self) -> bool:
        """Whether the tried values are in force now."""
        return self.verdict is Verdict.PROCEED


class Proposer(Protocol):
    """Chooses what to try next. All it knows is its task, the levels, and how its trials ended.

    The generator at its making is for what is drawn once and for all; every rebuilding gets the same.
    """

    def observe(self, day: float, values: Values, levels: Mapping[str, Estimate]) -> None:
        """Take note of the responses' levels under the values in force; empty when nothing could be seen."""
        ...

    def propose(self, day: float, values: Values, box: Box, rng: np.random.Generator) -> Idea | None:
        """Return what to try next inside `box`, around the values in force; None to try nothing.

        Changes no memory: asked again with an equal generator, it answers the same.
        """
        ...

    def learn(self, trial: Trial) -> None:
        """Take note of how a trial ended."""
        ...


@runtime_checkable
class Doubting(Protocol):
    """A proposer that may speak against a promotion; the gate is the same for all, this only adds to it."""

    def doubt(self, trial: Trial) -> str | None:
        """Return why a trial that its canary would promote must not be, None when nothing speaks against it."""
        ...


MakeProposer = Callable[[Task, np.random.Generator], Proposer]
