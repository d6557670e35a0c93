"""What happened, drawn over the panels of every board: promotions, rollbacks and alerts, read from Prometheus."""

from __future__ import annotations

from exporter.catalog.controller import CYCLES
from exporter.metric import Selector
from exporter.names import OUTCOME
from exporter.promql import select
from grafana.board import Event
from grafana.display import GREEN, ORANGE, RED
from grafana.query import ALERTS


def _ended(outcome: str) -> str:
    return f"sum(changes({select(Selector(CYCLES.name, ((OUTCOME, outcome),)))}[1m])) > 0"


EVENTS = (
    Event("Promotion", _ended("promoted"), GREEN, "A canary was promoted"),
    Event("Rollback", _ended("rolled_back"), ORANGE, "A canary was rolled back"),
    Event(
        "Alert",
        f'max by (alertname, service, severity) ({ALERTS}{{alertstate="firing"}})',
        RED,
        "{{alertname}} ({{severity}}) about {{service}}",
    ),
)
