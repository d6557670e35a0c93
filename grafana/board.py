"""Boards, rows, queries, links and events: frozen values, no grafanalib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exporter import names

Panel = Any
"""A grafanalib panel, as `grafana.panel` makes it; the library has no types."""


@dataclass(frozen=True)
class Query:
    """One query of a panel.

    Attributes:
        expr: PromQL with dashboard variables.
        legend: name of its series; `{{label}}` stands for a label.
        exemplar: whether to ask for exemplars, which only histograms have.
        instant: whether only the latest value is wanted, as a table.
    """

    expr: str
    legend: str = ""
    exemplar: bool = False
    instant: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happened, drawn over all panels: while `expr` has samples, or at the times that they say.

    Attributes:
        name: title of its marks, and of the switch that hides them.
        expr: PromQL; with `dated`, its samples are times in unix milliseconds.
        color: of its marks.
        text: what a mark says; `{{label}}` stands for a label.
        dated: whether the samples say when it happened. Such a mark stands where it belongs however coarse the board's
            steps are, and after an outage of whoever tells it.
    """

    name: str
    expr: str
    color: str
    text: str
    dated: bool = False


@dataclass(frozen=True)
class Link:
    """A way to another dashboard which keeps the time range and the variables."""

    title: str
    uid: str

    @property
    def path(self) -> str:
        """Path of the dashboard."""
        return f"/d/{self.uid}"

    @property
    def url(self) -> str:
        """Path with time range and variables, for data links."""
        return f"{self.path}?${{__url_time_range}}&${{datasource:queryparam}}&${{{names.VARIANT}:queryparam}}"


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: str
    title: str
    description: str
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    events: tuple[Event, ...]
