"""What a change is for: which KPIs it is to better and by whose measure, which it must spare, what a canary sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.decide.learner.guard import Guard
from controller.decide.utility import Term


@dataclass(frozen=True)
class Aim:
    """What a change is for, and what it must not do.

    Attributes:
        primary: the KPI that a canary must prove a benefit on.
        terms: how KPIs count (controller.decide.utility); the primary among them.
        guards: constraints.
        errors: KPI -> standard error of an effect as the next canary will measure it, above 0.
        benefit, safety: standard errors that prove a benefit, and that a guardrail's bound stands away.
        harm: standard errors that prove harm on a guardrail.
        certainty: standard deviations by which predictions must stay clear of the guards.
    """

    primary: str
    terms: tuple[Term, ...]
    guards: tuple[Guard, ...]
    errors: Mapping[str, float]
    benefit: float
    safety: float
    harm: float = 3.0
    certainty: float = 1.3

    @property
    def own(self) -> Term:
        """How the primary KPI counts."""
        return next(term for term in self.terms if term.kpi == self.primary)

    @property
    def sign(self) -> float:
        """1 when more of the primary KPI is better, -1 when less is."""
        return self.own.sign or 1.0

    @property
    def scale(self) -> float:
        """What a unit of the primary KPI is worth."""
        return self.own.weight / self.own.scale
