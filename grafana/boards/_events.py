"""What happened, drawn over the panels of every board: changes, pauses and alerts, read from Prometheus.

Changes are read from the time that the controller says of them, not from a counter's growth: a promotion has one mark,
where it happened, whatever the range of the board, whoever was restarted since, and if it was scraped late.
"""

from __future__ import annotations

from exporter import names
from exporter.catalog.controller import LAST_CHANGE
from grafana.board import Event
from grafana.display import BLUE, GREEN, ORANGE, PURPLE, RED, YELLOW
from grafana.query import ALERTS

_MILLISECONDS = 1000


def _change(name: str, color: str, text: str, *kinds: str) -> Event:
    """Return the marks of some kinds of change; one that never happened is NaN, and no comparison holds for that."""
    chosen = f'{LAST_CHANGE.name}{{{names.KIND}=~"{"|".join(kinds)}"}}'
    return Event(name, f"max by ({names.KIND}) ({chosen} > 0) * {_MILLISECONDS}", color, text, dated=True)


EVENTS = (
    _change(
        "Promotion",
        GREEN,
        "A canary's values came into force in every arm. Which: vvtvctl autopilot history. Why: vvtvctl canary explain",
        "promoted",
    ),
    _change(
        "Canary rolled back",
        ORANGE,
        "A canary did harm, or was rejected: every arm has the values of before. Why: vvtvctl canary explain",
        "canary_rolled_back",
    ),
    _change(
        "Rollback",
        PURPLE,
        "An operator put an earlier version in force in every arm. Who, and why: vvtvctl autopilot history",
        "rolled_back",
    ),
    _change(
        "Emergency rollback",
        PURPLE,
        "An operator put an earlier version in force in every arm, in an emergency pause. Who, and why: "
        'vvtvctl autopilot history. Nothing starts before vvtvctl autopilot resume --reason "..."',
        "emergency_rolled_back",
    ),
    _change(
        "Deployment",
        PURPLE,
        "An operator put values in force in every arm without a canary. Who, and why: vvtvctl autopilot history",
        "deployed",
    ),
    _change(
        "Values moved by the configuration",
        PURPLE,
        "autopilot.yaml did not allow the values in force any more: they were brought inside. "
        "Which: vvtvctl autopilot history",
        "adopted",
    ),
    _change(
        "Bounds",
        PURPLE,
        "{{kind}}: an operator or triage set bounds for proposals, or an override ended. "
        "Which, and why: vvtvctl autopilot bounds history",
        "bounds_overridden",
        "bounds_restored",
        "bounds_adjusted",
    ),
    _change(
        "Configuration",
        PURPLE,
        "The controller works with another autopilot.yaml. What changed: the controller's log at this time",
        "configured",
    ),
    _change(
        "Paused",
        YELLOW,
        "{{kind}}: no cycle starts. Who, why and until when: vvtvctl autopilot status; of drift also: "
        "vvtvctl autopilot drift-check",
        "paused_emergency",
        "paused_operator",
        "paused_drift",
    ),
    _change(
        "Resumed",
        BLUE,
        "No pause is in force any more: somebody ended it, or its time was over. What comes next: "
        "vvtvctl autopilot status",
        "resumed",
    ),
    Event(
        "Alert",
        f'max by (alertname, service, severity) ({ALERTS}{{alertstate="firing"}})',
        RED,
        "{{alertname}} ({{severity}}) about {{service}}. What to do: docs/runbooks/{{alertname}}.md",
    ),
)
