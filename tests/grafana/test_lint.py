"""Our boards have nothing to find, and the lint finds what is planted."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from exporter.catalog import CATALOG
from grafana.compile import dashboards
from tests.grafana.lint import dead_links, duplicates, overlaps, undocumented, unknown_metrics, variables

Json = dict[str, Any]
BOARDS = dashboards()
UIDS = {board["uid"] for board in BOARDS.values()}
CHECKS: dict[str, Callable[[Json], list[str]]] = {
    "overlaps": overlaps,
    "duplicates": duplicates,
    "variables": variables,
    "dead_links": lambda board: dead_links(board, UIDS),
    "unknown_metrics": lambda board: unknown_metrics(board, CATALOG),
    "undocumented": undocumented,
}


def _first(board: Json, kind: str) -> Json:
    found: Json = next(panel for panel in board["panels"] if panel["type"] == kind)
    return found


def _overlap(board: Json) -> None:
    board["panels"][2]["gridPos"] = dict(board["panels"][1]["gridPos"])


def _too_wide(board: Json) -> None:
    board["panels"][-1]["gridPos"]["w"] = 99


def _same_id(board: Json) -> None:
    board["panels"][2]["id"] = board["panels"][1]["id"]


def _same_ref(board: Json) -> None:
    panel = _first(board, "timeseries")
    panel["targets"] = [panel["targets"][0], panel["targets"][0]]


def _undefined(board: Json) -> None:
    _first(board, "timeseries")["title"] = "About ${job:queryparam}"


def _unused(board: Json) -> None:
    board["templating"]["list"].append({"name": "job", "type": "custom"})


def _dead(board: Json) -> None:
    board["links"][0]["url"] = "/d/nowhere"


def _misspelt(board: Json) -> None:
    _first(board, "timeseries")["targets"][0]["expr"] = "rate(vvtv_playes_total[$__rate_interval])"


def _broken(board: Json) -> None:
    board["annotations"]["list"][0]["expr"] = "sum("


def _unit(board: Json) -> None:
    del _first(board, "timeseries")["fieldConfig"]["defaults"]["unit"]


def _description(board: Json) -> None:
    _first(board, "stat")["description"] = ""


def _query(board: Json) -> None:
    _first(board, "stat")["targets"] = []


@pytest.mark.parametrize("name", BOARDS)
@pytest.mark.parametrize("check", CHECKS)
def test_our_boards_have_nothing_to_find(check: str, name: str) -> None:
    assert CHECKS[check](BOARDS[name]) == []


@pytest.mark.parametrize(
    ("check", "plant", "told"),
    [
        ("overlaps", _overlap, "overlaps"),
        ("overlaps", _too_wide, "outside the grid"),
        ("duplicates", _same_id, "panel id 2 stands twice"),
        ("duplicates", _same_ref, "a refId stands twice"),
        ("variables", _undefined, "$job is not defined"),
        ("variables", _unused, "$job is not used"),
        ("dead_links", _dead, "no dashboard has the uid nowhere"),
        ("unknown_metrics", _misspelt, "nothing exposes vvtv_playes_total"),
        ("unknown_metrics", _broken, "does not parse"),
        ("undocumented", _unit, "no unit"),
        ("undocumented", _description, "no description"),
        ("undocumented", _query, "no query"),
    ],
)
def test_the_lint_finds_what_is_planted(check: str, plant: Callable[[Json], None], told: str) -> None:
    board = copy.deepcopy(BOARDS["business"])
    plant(board)
    findings = CHECKS[check](board)
    assert findings
    assert any(told in finding for finding in findings)
