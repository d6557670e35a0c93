"""docs/runbooks: a page for every alert, and no page without one."""

from __future__ import annotations

import re

import pytest

from alertmanager.rules import GROUPS
from controller.stack.checkout import checkout
from exporter.catalog import CATALOG
from grafana.boards import BOARDS
from grafana.compile import dashboards

FOLDER = checkout() / "docs" / "runbooks"
ALERTS = sorted(alert.name for group in GROUPS for alert in group.alerts)
SECTIONS = ["What it means", "Look at", "Do", "It resolves when"]
_METRIC = re.compile(r"\bvvtv_[a-z_]+[a-z]")


def test_pages_and_alerts_are_the_same() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == ALERTS


@pytest.mark.parametrize("alert", ALERTS)
def test_a_page_has_its_sections_and_names_what_exists(alert: str) -> None:
    text = (FOLDER / f"{alert}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {alert}\n")
    assert re.findall(r"^## (.*)$", text, flags=re.MULTILINE) == SECTIONS
    assert max(map(len, text.splitlines())) <= 160
    exposed = {metric.name for metric in CATALOG.metrics}
    assert set(_METRIC.findall(text)) <= exposed
    titles = {panel["title"] for board in dashboards().values() for panel in board["panels"]}
    others = {"Status, Targets", "LLM", *(board.title for board in BOARDS.values())}
    assert set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)) <= titles | others
