"""How fast sliding bounds move."""

from __future__ import annotations

from dataclasses import dataclass

from exporter.seconds import DAY

MOST_DOUBLINGS = 60  # beyond it every wait is capped anyhow


@dataclass(frozen=True)
class BoundsPolicy:
    """How fast sliding bounds move, and what stops them. Times are seconds.

    Attributes:
        expansion: share of their width by which bounds become wider at most, once per `stable`.
        stable: how long a parameter must be stable before its bounds expand, and the time between two expansions.
        contraction: share of their width that a contraction takes away.
        rollbacks: rollbacks of the parameter that lead to a contraction.
        backoff: wait after a contraction before the next adjustment; each further one in a row doubles it.
        backoff_most: longest such wait.
        drift: median prediction error, beyond measurement noise, above which bounds do not expand.
    """

    expansion: float = 0.05
    stable: float = 7 * DAY
    contraction: float = 0.25
    rollbacks: int = 3
    backoff: float = DAY
    backoff_most: float = 28 * DAY
    drift: float = 0.3

    def wait(self, contractions: int) -> float:
        """Return for how many seconds nothing is adjusted after some contractions in a row; 0 after none."""
        if contractions <= 0:
            return 0.0
        return min(self.backoff * 2.0 ** min(contractions - 1, MOST_DOUBLINGS), self.backoff_most)
