"""The judges that are compared: ours, and rebuilds of others'."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks.canary.family import DECISIONS, Family
from controller.decide.case import Judge
from controller.model import Verdict

OURS: Final = "ours"


@dataclass(frozen=True)
class About:
    """What a judge is.

    Attributes:
        text: in one sentence.
        gate: it promotes whatever it sees no harm in. Its promotions claim no benefit, so only its rollbacks can be
            false where nothing changed, and it does not look for benefits.
    """

    text: str = ""
    gate: bool = False

    @property
    def claims(self) -> frozenset[Verdict]:
        """Verdicts by which it says that there is an effect."""
        return frozenset({Verdict.ROLLBACK}) if self.gate else DECISIONS

    def wrong(self, family: Family) -> frozenset[Verdict]:
        """Return the verdicts that are false claims on such a family."""
        return family.wrong & self.claims

    def seeks(self, family: Family) -> bool:
        """Whether it looks for what the family's change does."""
        return bool(family.right & self.claims)


_ABOUT: Final = {
    OURS: About("`controller.decide.sequence`: decides at every point."),
    "welch": About("Welch's t-test per metric at 5 %, two-sided, once at the planned end."),
    "welch-peeking": About("The same test at every point from the 20th on, until it is significant."),
    "mann-whitney": About("The Mann-Whitney test per metric at 5 %, two-sided, once at the planned end."),
    "kayenta": About("Kayenta's NetflixACAJudge, pass score 95, once at the planned end.", gate=True),
    "kayenta-growing": About("The same every 10 minutes on all points so far; marginal score 75 stops it.", gate=True),
    "flagger": About("Flagger's loop: a check every 4 minutes, 10 steps, 5 failed checks roll back.", gate=True),
    "argo": About("An Argo Rollouts analysis: 10 measurements, one in 6 minutes, failure limit 3.", gate=True),
}


def about(judge: str) -> About:
    """Return what is known of a judge."""
    return _ABOUT.get(judge, About())


def find() -> dict[str, Judge]:
    """Return every judge by its name, ours first; imported here, so that a table can be drawn without them."""
    ours: Judge = importlib.import_module("controller.decide.sequence").judge
    rivals: Mapping[str, Judge] = importlib.import_module("controller.decide.rivals").RIVALS
    return {OURS: ours, **rivals}
