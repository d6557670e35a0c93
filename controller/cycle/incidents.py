"""Incidents: an alert that fired stays open until it is resolved, or until Prometheus has long said otherwise."""

from __future__ import annotations

from controller.cycle.context import Context, Step
from controller.journal import event as ev


def stale(context: Context) -> Step | None:
    """Return the end of an incident whose `resolved` notification never came, None when there is none.

    Alertmanager gives up sending after a while, e.g. when the controller was down; Prometheus knows what fires.
    Raises PrometheusError.
    """
    state = context.state
    old = [
        incident
        for fingerprint, incident in state.incidents.items()
        if context.now - state.incident_at[fingerprint] > context.config.incidents.reconcile_after
    ]
    if not old:
        return None
    firing = context.ports.evidence.firing(context.now)
    for incident in old:
        if incident.alert not in firing:
            return Step(ev.AlertResolved(fingerprint=incident.fingerprint, alert=incident.alert, source="prometheus"))
    return None
