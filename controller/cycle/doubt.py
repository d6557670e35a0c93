"""Before a promotion: what was learnt from all canaries may speak against one that its own canary would promote."""

from __future__ import annotations

import math

from scipy.special import ndtri

from controller.cycle import knowledge
from controller.cycle.context import Context
from controller.cycle.live import proposed_values
from controller.decide.learner.confirm import doubt
from controller.journal.state_canary import CanaryState
from controller.model import Role


def doubted(context: Context, found: CanaryState) -> str | None:
    """Return why a canary that proceeds must not be promoted: a guardrail's limit that the models do not rule out.

    Only limits of levels are asked after; margins are the canary's own affair. Without one there is nothing to ask.
    """
    config, state = context.config, context.state
    limited = [item for item in config.judged if item.role is Role.GUARDRAIL and item.limit is not None]
    effects = {
        kpi.kpi: (kpi.effect, kpi.standard_error)
        for kpi in found.kpis
        if math.isfinite(kpi.effect) and math.isfinite(kpi.standard_error)
    }
    if not limited or context.cycle.forced is not None:
        return None
    known = knowledge.learner(config, state, context.now, found.margins)
    knowledge.see_levels(context, known, {kpi: error for kpi, (_, error) in effects.items()})
    return doubt(
        known,
        tuple(map(knowledge.guard, limited)),
        state.values,
        proposed_values(state),
        effects,
        certainty=float(ndtri(config.propose.confirm)),
    )
