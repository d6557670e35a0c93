"""Panels: what a dashboard shows, in the words of the catalog. The only importer of grafanalib.

A helper takes catalog values and gives a grafanalib panel. What grafanalib emits is years behind Grafana; `normalise`
brings it up to date, so here stands only what to show. Sizes are columns (of 24) and rows; places are worked out later.
"""

from __future__ import annotations

import json
from typing import Any

import grafanalib.core as g
from grafanalib._gen import DashboardEncoder

from exporter import names
from exporter.metric import Kpi
from exporter.promql import duration
from exporter.timing import PRODUCTION
from grafana.board import Board, Event, Link, Panel, Query
from grafana.display import PLAIN, UNITS, State, Step, band_steps, mappings
from grafana.query import VARIANT, kpi_level

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
THIRD, HALF, FULL = 8, 12, 24


class _Target(g.Target):  # type: ignore[misc]  # the library has no types
    """A target that can ask for exemplars, and says how the query is to be run (grafanalib issue 683)."""

    def __init__(self, query: Query) -> None:
        super().__init__(
            expr=query.expr,
            legendFormat=query.legend,
            instant=query.instant,
            format="table" if query.instant else "time_series",
            datasource=DATASOURCE,
        )
        self.exemplar = query.exemplar

    def to_json_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().to_json_data()
        return {**data, "range": not self.instant, "exemplar": self.exemplar, "editorMode": "code"}


def _common(
    title: str, description: str, queries: tuple[Query, ...], size: tuple[int, int], link: Link | None
) -> dict[str, Any]:
    links = [{"title": link.title, "url": link.url, "targetBlank": False}] if link else []
    return {
        "title": title,
        "description": description,
        "dataSource": DATASOURCE,
        "targets": [_Target(query) for query in queries],
        "gridPos": g.GridPos(h=size[1], w=size[0], x=0, y=0),
        "extraJson": {"fieldConfig": {"defaults": {"links": links}}},
    }


def _steps(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [{"color": step.color, "value": step.start} for step in steps]


def timeseries(
    title: str,
    description: str,
    *queries: Query,
    unit: str,
    size: tuple[int, int] = (HALF, 8),
    steps: tuple[Step, ...] = PLAIN,
    stacked: bool = False,
    minimum: int | None = None,
    maximum: int | None = None,
    link: Link | None = None,
) -> Panel:
    """Return lines over time; thresholds are drawn as dashed lines when there is more than the base colour."""
    return g.TimeSeries(
        **_common(title, description, queries, size, link),
        unit=unit,
        thresholds=_steps(steps),
        thresholdsStyleMode="dashed" if len(steps) > 1 else "off",
        lineWidth=1,
        fillOpacity=20 if stacked else 0,
        stacking={"mode": "normal", "group": "A"} if stacked else {"mode": "none", "group": "A"},
        showPoints="auto",
        legendCalcs=["lastNotNull", "min", "max"],
        legendDisplayMode="table",
        tooltipMode="multi",
        valueMin=minimum,
        valueMax=maximum,
    )


def kpi_timeseries(kpi: Kpi, *by: str, size: tuple[int, int] = (HALF, 8), link: Link | None = None) -> Panel:
    """Return a KPI's level over time per `by` labels: text, unit and thresholds from the catalog."""
    legend = " ".join(f"{{{{{label}}}}}" for label in by) or kpi.title
    return timeseries(
        kpi.title,
        kpi.help,
        Query(kpi_level(kpi, *by), legend),
        unit=UNITS[kpi.unit],
        size=size,
        steps=band_steps(kpi),
        link=link,
    )


def stat(
    title: str,
    description: str,
    query: Query,
    *,
    unit: str,
    size: tuple[int, int] = (4, 4),
    steps: tuple[Step, ...] = PLAIN,
    values: tuple[State, ...] = (),
    link: Link | None = None,
) -> Panel:
    """Return the latest value in large figures."""
    return g.Stat(
        **_common(title, description, (query,), size, link),
        format=unit,
        reduceCalc="lastNotNull",
        thresholds=_steps(steps),
        mappings=mappings(values),
        colorMode="value",
        graphMode="none",
        noValue="no data",
    )


def state_timeline(
    title: str,
    description: str,
    query: Query,
    *,
    values: tuple[State, ...],
    size: tuple[int, int] = (HALF, 6),
    link: Link | None = None,
) -> Panel:
    """Return states over time, one bar for each series."""
    return g.StateTimeline(
        **_common(title, description, (query,), size, link),
        mappings=mappings(values),
        thresholds=_steps(PLAIN),
        showValue="auto",
    )


def table(title: str, description: str, *columns: tuple[str, Query], size: tuple[int, int] = (HALF, 8)) -> Panel:
    """Return the latest values of several queries joined on their labels: one column for each query."""
    queries = tuple(query for _, query in columns)
    renamed = {f"Value #{chr(ord('A') + index)}": name for index, (name, _) in enumerate(columns)}
    return g.Table(
        **_common(title, description, queries, size, None),
        unit=UNITS_OF_TABLES,
        thresholds=_steps(PLAIN),
        transformations=[
            {"id": "merge", "options": {}},
            {"id": "organize", "options": {"excludeByName": {"Time": True}, "renameByName": renamed}},
        ],
    )


UNITS_OF_TABLES = "none"
"""Columns of a table have units of their own; the numbers are shown as they are."""


def text(title: str, content: str, *, size: tuple[int, int] = (FULL, 4)) -> Panel:
    """Return a paragraph of Markdown."""
    return g.Text(**_common(title, "", (), size, None), content=content)


def _variables() -> list[Any]:
    arms = [{"text": arm, "value": arm, "selected": False} for arm in names.ARMS]
    every = {"text": "All", "value": "$__all", "selected": True}
    datasource = g.Template(
        name="datasource", label="Data source", type="datasource", query="prometheus", default=names.DATASOURCE_UID
    )
    variant = g.Template(
        name=VARIANT[1:],
        label="Arm",
        type="custom",
        query=",".join(names.ARMS),
        options=[every, *arms],
        multi=True,
        includeAll=True,
    )
    return [datasource, variant]


def _annotation(event: Event) -> dict[str, Any]:
    return {
        "name": event.name,
        "datasource": DATASOURCE,
        "enable": True,
        "iconColor": event.color,
        "expr": event.expr,
        "step": duration(PRODUCTION.scrape_interval) if event.dated else "60s",
        "titleFormat": event.name,
        "textFormat": event.text,
        "useValueForTime": event.dated,
    }


def render(board: Board) -> dict[str, Any]:
    """Return the JSON which grafanalib makes of a board, as it is."""
    panels: list[Any] = []
    for row in board.rows:
        panels += [g.RowPanel(title=row.title, gridPos=g.GridPos(h=1, w=FULL, x=0, y=0)), *row.panels]
    dashboard = g.Dashboard(
        title=board.title,
        uid=board.uid,
        description=board.description,
        tags=["vvtv"],
        timezone="browser",
        time=g.Time("now-1h", "now"),
        refresh="10s",
        graphTooltip=1,
        panels=panels,
        templating=g.Templating(list=_variables()),
        annotations=g.Annotations(list=[_annotation(event) for event in board.events]),
        links=[
            g.DashboardLink(title=link.title, type="link", uri=link.path, icon="dashboard", includeVars=True)
            for link in board.links
        ],
    )
    raw: dict[str, Any] = json.loads(json.dumps(dashboard.to_json_data(), cls=DashboardEncoder))
    return raw
