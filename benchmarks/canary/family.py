"""A family: one kind of noise, and what the change that is canaried does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from benchmarks.canary.seeds import SeedSet, generator
from controller.decide.case import Case
from controller.model import Verdict

Make = Callable[[np.random.Generator, float], Case]


class Truth(StrEnum):
    """What the change does."""

    SAME = "A/A"
    BENEFIT = "benefit"
    HARM = "harm"


_RIGHT = {
    Truth.SAME: frozenset[Verdict](),
    Truth.BENEFIT: frozenset({Verdict.PROCEED}),
    Truth.HARM: frozenset({Verdict.ROLLBACK}),
}
DECISIONS = frozenset({Verdict.PROCEED, Verdict.ROLLBACK})


@dataclass(frozen=True)
class Family:
    """One kind of canary.

    Attributes:
        name: unique; also the seed of its cases.
        description: the noise and the effect, in one sentence.
        make: draws a case from a generator and an effect.
        truth: what the effect is: nothing, good for the primary, or bad for a metric.
        effect: the change in the canary arm during the canary: of gauges in marginal standard deviations (0 is none),
            of counters and histograms as a ratio (1 is none).
        portion: of the runs asked for, where a case is costly.
    """

    name: str
    description: str
    make: Make
    truth: Truth = Truth.SAME
    effect: float = 0.0
    portion: float = 1.0

    @property
    def right(self) -> frozenset[Verdict]:
        """Verdicts that find the effect; none where there is no effect."""
        return _RIGHT[self.truth]

    @property
    def wrong(self) -> frozenset[Verdict]:
        """Decisions that are false."""
        return DECISIONS - self.right

    def case(self, seeds: SeedSet, run: int) -> Case:
        """Return case number `run`, always the same one."""
        made = self.make(generator(seeds, self.name, run), self.effect)
        return replace(made, id=f"{self.name} #{run}")
