"""docs/boards.md says of every panel of every board what is good and what to do when it is not, and of no other."""

from __future__ import annotations

import pytest

from grafana.boards import BOARDS
from grafana.compile import dashboards
from tests.docs import pages

SECTIONS = {section.title: section.body for section in pages.sections(pages.read(pages.DOCS / "boards.md"))}


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_is_explained_in_the_order_of_its_board(name: str) -> None:
    shown = [panel["title"] for panel in dashboards()[name]["panels"] if "targets" in panel]
    rows = pages.rows(SECTIONS[BOARDS[name].title], "panel")
    assert [row[0] for row in rows] == list(dict.fromkeys(shown))
    assert all(good and bad for _, good, bad in rows)
