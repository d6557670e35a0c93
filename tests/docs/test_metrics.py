"""docs/metrics.md lists every metric, KPI and recorded series as the catalog has them, and nothing that is gone."""

from __future__ import annotations

import re

from alertmanager.rules import GROUPS
from exporter.catalog import CATALOG
from grafana.boards import BOARDS
from grafana.compile import dashboards
from tests.docs import pages

PAGE = pages.read(pages.DOCS / "metrics.md")


def test_every_metric_is_documented_as_it_is() -> None:
    shown = {(pages.plain(row[0]), row[1], row[2], row[3]) for row in pages.rows(PAGE, "metric")}
    real = {
        (m.name, str(m.kind), ", ".join(f"`{label}`" for label in m.labels) or "-", str(m.unit))
        for m in CATALOG.metrics
    }
    assert shown == real


def test_every_metric_says_what_it_means() -> None:
    assert all(row[4] for row in pages.rows(PAGE, "metric"))


def test_every_metric_names_the_panels_that_show_it() -> None:
    panels = [
        (f"[{panel['title']}](boards.md#{pages.anchor(BOARDS[name].title)})", target.get("expr", ""))
        for name, board in dashboards().items()
        for panel in board["panels"]
        for target in panel.get("targets", ())
    ]
    for row in pages.rows(PAGE, "metric"):
        whole = re.compile(rf"\b{pages.plain(row[0])}(?:_bucket|_sum|_count)?\b")
        shown = ", ".join(dict.fromkeys(link for link, expr in panels if whole.search(expr)))
        assert row[5] == (shown or "-"), f"docs/metrics.md: {row[0]}: its last column is to be as on the right"


def test_every_metric_stands_below_its_component() -> None:
    for section in pages.sections(PAGE):
        for row in pages.rows(section.body, "metric"):
            assert CATALOG.metric(pages.plain(row[0])).component == section.title


def test_every_kpi_is_documented_as_it_is() -> None:
    shown = {(pages.plain(row[0]), *row[2:]) for row in pages.rows(PAGE, "KPI")}
    real = {
        (
            kpi.name,
            str(kpi.direction),
            str(kpi.unit),
            f"{kpi.margin:g}",
            "-" if kpi.band is None else f"{kpi.band[0]:g} to {kpi.band[1]:g}",
            " + ".join(kpi.comparison) if kpi.judged else "-",
            "yes" if kpi.judged else "no",
        )
        for kpi in CATALOG.kpis
    }
    assert shown == real


def test_every_recorded_series_is_documented() -> None:
    shown = {pages.plain(row[0]) for row in pages.rows(PAGE, "series")}
    assert shown == {record.name for group in GROUPS for record in group.records}


def test_no_page_names_a_metric_that_is_gone() -> None:
    known = {metric.name for metric in CATALOG.metrics}
    suffix = re.compile(r"_(?:bucket|sum|count)\Z")
    for page in pages.PAGES:
        named = set(re.findall(r"\bvvtv_[a-z_]+[a-z]\b", pages.read(page)))
        gone = {name for name in named if name not in known and suffix.sub("", name) not in known}
        assert not gone, page
