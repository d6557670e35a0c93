"""A canary's start: not while something holds it, and only when it can be judged."""

from __future__ import annotations

from controller.adapters.answer import PrometheusError
from controller.cycle.context import Context, Step, ended, held_by_prometheus
from controller.cycle.live import canary_live, configured_weights, shares
from controller.cycle.sight import Sight, sight
from controller.journal import event as ev


def holds(context: Context) -> tuple[str, ...]:
    """Return why a canary must not run now."""
    incidents = tuple(f"{incident.alert} fires: {incident.summary}" for incident in context.state.incidents.values())
    paused = () if context.state.paused is None else (context.state.paused,)
    return incidents + paused


def leased(context: Context) -> float:
    """Return until when a canary may run that is started, looked at or resumed now."""
    return context.now + context.config.canary.lease


def start(context: Context) -> Step:
    """Return the canary's start, the end of the cycle when it must not begin, or a wait for Prometheus."""
    if reasons := holds(context):
        return ended(context.cycle, "held", "; ".join(reasons))
    try:
        found = sight(context)
    except PrometheusError as error:
        return held_by_prometheus(context, error)
    return ended(context.cycle, "refused", found) if isinstance(found, str) else _begin(context, found)


def _begin(context: Context, found: Sight) -> Step:
    config, name = context.config, f"cycle-{context.cycle.number}"
    ladder = config.canary.steps
    weights = shares(ladder[0]) if ladder else configured_weights(config)
    return Step(
        ev.CanaryStarted(
            cycle=context.cycle.number,
            canary=name,
            version=canary_live(config, context.state, name, weights).version,
            planned=config.policy.planned,
            expires_at=leased(context),
            detectable=found.detectable,
            weights=weights,
            ladder=ladder,
            margins={rail.kpi.name: rail.margin for rail in found.rails},
            tolerated={rail.kpi.name: rail.tolerated for rail in found.rails},
        )
    )
