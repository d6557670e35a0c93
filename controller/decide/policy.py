"""How strict a verdict is."""

from __future__ import annotations

from dataclasses import dataclass

BENEFIT_SHARE = 0.65  # of alpha, for a false proceed; the rest is for a false rollback


@dataclass(frozen=True)
class Policy:
    """How strict a verdict is.

    Attributes:
        alpha: chance of any false decision (proceed or rollback), over all looks and KPIs of a canary together; also
            the chance, for each guardrail, that harm beyond its margin is overlooked by a proceed.
        planned: points at the planned end.
        minimum_harm: points before a rollback.
        minimum_proceed: points before a proceed.
        minimum_history: A/A points without which no canary is judged.
        futility_power: from half time, a primary KPI with less than this chance of still proving a benefit, and of
            proving harm, ends the canary as inconclusive.
        minimum_coverage: share of the grid's points that both arms must have.
        minimum_traffic: share of the history's trials per point below which a canary sees too little to judge.
        mismatch: relative deviation of the canary's share of trials from its history that makes the arms incomparable.
    """

    alpha: float = 0.05
    planned: int = 240
    minimum_harm: int = 20
    minimum_proceed: int = 40
    minimum_history: int = 240
    futility_power: float = 0.02
    minimum_coverage: float = 0.5
    minimum_traffic: float = 0.25
    mismatch: float = 0.05

    @property
    def benefit_alpha(self) -> float:
        """Chance of a false proceed."""
        return self.alpha * BENEFIT_SHARE

    @property
    def harm_alpha(self) -> float:
        """Chance of a false rollback, for all KPIs together (Bonferroni)."""
        return self.alpha * (1 - BENEFIT_SHARE)
