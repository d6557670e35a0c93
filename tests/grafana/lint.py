"""A small lint of dashboards: what the schema cannot say. Each check returns its findings as text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

import promql_parser

from exporter.catalog import Catalog
from exporter.metric import Kind
from grafana.compile import substitute

Json = dict[str, Any]
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(\w+)")
_BUILT_IN = re.compile(r"__\w+\Z")
_DASHBOARD_LINK = re.compile(r"^/d/([^/?]+)")
PROMETHEUS_OWN = {"up", "ALERTS"}
_UNITLESS = {"row", "text"}


def strings(data: Any) -> Iterable[str]:
    """Yield every string in a document."""
    if isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
    elif isinstance(data, str):
        yield data


def overlaps(dashboard: Json) -> list[str]:
    """Find panels that lie over each other or beyond the 24 columns."""
    found = []
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        if at["x"] < 0 or at["x"] + at["w"] > 24 or min(at["w"], at["h"]) < 1:
            found.append(f"{panel['title']}: outside the grid")
    for one, two in itertools.combinations(dashboard["panels"], 2):
        a, b = one["gridPos"], two["gridPos"]
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        if not (beside or above):
            found.append(f"{one['title']} overlaps {two['title']}")
    return found


def duplicates(dashboard: Json) -> list[str]:
    """Find panel ids, and refIds within a panel, that stand twice."""
    ids = [panel["id"] for panel in dashboard["panels"]]
    found = [f"panel id {number} stands twice" for number in sorted({n for n in ids if ids.count(n) > 1})]
    for panel in dashboard["panels"]:
        refs = [target["refId"] for target in panel.get("targets", ())]
        if len(set(refs)) < len(refs):
            found.append(f"{panel['title']}: a refId stands twice")
    return found


def variables(dashboard: Json) -> list[str]:
    """Find variables that are used and not defined, or defined and not used."""
    defined = {variable["name"] for variable in dashboard["templating"]["list"]}
    body = {key: value for key, value in dashboard.items() if key != "templating"}
    used = {one or two for text in strings(body) for one, two in _VARIABLE.findall(text)}
    used = {name for name in used if not _BUILT_IN.match(name)}
    undefined = [f"${name} is not defined" for name in sorted(used - defined)]
    return undefined + [f"${name} is not used" for name in sorted(defined - used)]


def dead_links(dashboard: Json, uids: set[str]) -> list[str]:
    """Find links to dashboards that do not exist."""
    targets = {match[1] for text in strings(dashboard) if (match := _DASHBOARD_LINK.match(text))}
    return [f"no dashboard has the uid {uid}" for uid in sorted(targets - uids)]


def series_of(expr: str) -> set[str]:
    """Return the series that a query reads; variables are substituted first. Raises ValueError: it does not parse."""
    found: set[str] = set()

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            found.add(str(node.name))
        elif isinstance(node, promql_parser.MatrixSelector):
            found.add(str(node.vector_selector.name))
        return True

    promql_parser.walk(promql_parser.parse(substitute(expr, rate_interval="1m", time_range="1h")), visit)
    return found


def queries(dashboard: Json) -> list[tuple[str, str]]:
    """Return (where, query) of every panel and annotation."""
    found = [(p["title"], target["expr"]) for p in dashboard["panels"] for target in p.get("targets", ())]
    return found + [(one["name"], one["expr"]) for one in dashboard["annotations"]["list"]]


def unknown_metrics(dashboard: Json, catalog: Catalog) -> list[str]:
    """Find queries that do not parse, or read a series which nothing exposes."""
    known = {metric.name for metric in catalog.metrics if metric.kind is not Kind.HISTOGRAM} | PROMETHEUS_OWN
    for metric in catalog.metrics:
        if metric.kind is Kind.HISTOGRAM:
            known |= {f"{metric.name}_{part}" for part in ("bucket", "sum", "count")}
    found = []
    for where, expr in queries(dashboard):
        try:
            unknown = sorted(series_of(expr) - known)
        except ValueError as error:
            found.append(f"{where}: {expr} does not parse: {error}")
        else:
            found += [f"{where}: nothing exposes {name}" for name in unknown]
    return found


def undocumented(dashboard: Json) -> list[str]:
    """Find panels without title, description, unit, or query."""
    found = []
    for panel in dashboard["panels"]:
        if not panel.get("title"):
            found.append(f"panel {panel['id']}: no title")
        if panel["type"] in _UNITLESS:
            continue
        if not panel.get("description"):
            found.append(f"{panel['title']}: no description")
        if not panel["fieldConfig"]["defaults"].get("unit"):
            found.append(f"{panel['title']}: no unit")
        if not panel.get("targets"):
            found.append(f"{panel['title']}: no query")
    return found
