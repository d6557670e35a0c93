"""How much A/A history a canary needs: the one number that `init`, `doctor`, `canary power` and every cycle tell."""

from __future__ import annotations

from controller.decide.policy import Policy
from controller.decide.score import least


def needed_history(policy: Policy) -> int:
    """Return the points of A/A history without which no canary is judged.

    That is `canary.minimum_history`, or more for a canary so long that its noise model needs more.
    """
    return max(policy.minimum_history, least(policy.planned))
