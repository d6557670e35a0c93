"""Pure: what promtool lets pass, refused: unknown metrics, an alert without a unit test, a test of no alert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import promql_parser

from alertmanager.condition import UP
from alertmanager.rule import Alert, Record, RuleGroup
from exporter.catalog import Catalog
from exporter.metric import Kind
from exporter.timing import Timing


def metric_names(expr: str) -> set[str]:
    """Return the names of the series that an expression reads. Raises ValueError when it does not parse."""
    found: set[str] = set()

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.MatrixSelector):
            found.add(str(node.vector_selector.name))
        elif isinstance(node, promql_parser.VectorSelector):
            found.add(str(node.name))
        return True

    promql_parser.walk(promql_parser.parse(expr), visit)
    return found


def exposed(catalog: Catalog) -> set[str]:
    """Return every series name of a catalog, a histogram's parts included."""
    plain = {metric.name for metric in catalog.metrics if metric.kind is not Kind.HISTOGRAM}
    parts = {f"{m.name}{s}" for m in catalog.metrics if m.kind is Kind.HISTOGRAM for s in ("_bucket", "_sum", "_count")}
    return plain | parts


def check_groups(groups: Iterable[RuleGroup], catalog: Catalog, timing: Timing) -> None:
    """Refuse two rules of one name, and an expression that reads a metric which nothing exposes."""
    groups = tuple(groups)
    rules: list[Record | Alert] = []
    for group in groups:
        rules += [*group.records]
        rules += [*group.alerts]
    rule_names = [rule.name for rule in rules]
    if twice := sorted({name for name in rule_names if rule_names.count(name) > 1}):
        raise ValueError(f"rule {twice[0]!r} stands twice: rename or remove one")
    known = exposed(catalog) | {record.name for group in groups for record in group.records} | {UP}
    for rule in rules:
        try:
            read = metric_names(rule.expr(timing))
        except ValueError as error:
            raise ValueError(f"rule {rule.name}: its expression does not parse: {error}") from None
        if unknown := sorted(read - known):
            raise ValueError(f"rule {rule.name}: nothing exposes {unknown[0]!r}; take a constant of the catalog")


def check_unit_tests(groups: Iterable[RuleGroup], documents: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a unit test of an alert that does not exist, and an alert which no test shows firing and silent.

    promtool passes a test whose misspelt alert is expected not to fire, and does not ask for a test at all.

    Args:
        groups: the rules.
        documents: group name to its unit test, as `unit_test.document` made it or somebody changed it.
    """
    for group in groups:
        alerts = {alert.name for alert in group.alerts}
        seen: dict[str, set[bool]] = {}
        for test in documents.get(group.name, {}).get("tests", ()):
            for entry in test.get("alert_rule_test", ()):
                seen.setdefault(entry["alertname"], set()).add(bool(entry.get("exp_alerts")))
        if unknown := sorted(set(seen) - alerts):
            raise ValueError(
                f"tests/{group.name}.yml tests {unknown[0]!r}, which is no alert of rules/{group.name}.yml"
            )
        for name in sorted(alerts):
            if seen.get(name) != {True, False}:
                raise ValueError(f"tests/{group.name}.yml must show {name} both firing and silent")
