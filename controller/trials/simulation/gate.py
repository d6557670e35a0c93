"""The verdict on a canary at effect level: the rules of `controller.decide.canary` for one look, at the planned end.

The chances of a false decision are those of the policy; a single look needs no correction for many, so each is a normal
quantile. Harm is shared among all responses (Bonferroni). A guardrail may be paid with up to what is left to its limit,
and a promotion must rule out more than that.
"""

from __future__ import annotations

from collections.abc import Mapping

from scipy.special import ndtri

from controller.decide.policy import Policy
from controller.model import Verdict
from controller.trials.simulation.task import Estimate


def needed(policy: Policy) -> tuple[float, float]:
    """Return how many standard errors prove a benefit, and how many a guardrail's bound stands away."""
    return -float(ndtri(policy.benefit_alpha)), -float(ndtri(policy.alpha))


def judge(
    primary: str, effects: Mapping[str, Estimate], headroom: Mapping[str, float], policy: Policy
) -> tuple[Verdict, str]:
    """Return the verdict and its reason.

    Args:
        primary: the response of which more is better.
        effects: measured tried minus base, by response.
        headroom: what is left to each guardrail's limit, by its measured level; negative when it is crossed.
        policy: how strict.
    """
    benefit, safety = needed(policy)
    harm = -float(ndtri(policy.harm_alpha / len(effects)))
    gain = effects[primary]
    if gain.mean < -harm * gain.se:
        return Verdict.ROLLBACK, f"{primary}: effect {gain.mean:+.3g} is proven harm"
    unsure = [] if gain.mean > benefit * gain.se else [f"{primary}: effect {gain.mean:+.3g} is no proven benefit"]
    for name, room in headroom.items():
        effect = effects[name]
        if effect.mean - harm * effect.se > max(room, 0.0):
            return Verdict.ROLLBACK, f"{name}: effect {effect.mean:+.3g} is proven to cross the limit ({room:.3g} left)"
        if effect.mean + safety * effect.se > room:
            unsure.append(f"{name}: effect {effect.mean:+.3g} may cross the limit ({room:.3g} left)")
    if unsure:
        return Verdict.INCONCLUSIVE, "; ".join(unsure)
    return Verdict.PROCEED, f"{primary}: effect {gain.mean:+.3g} is proven benefit"
