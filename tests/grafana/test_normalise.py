"""normalise and layout: from grafanalib's JSON to Grafana's."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from exporter import names
from grafana.board import Board, Query, Row
from grafana.boards import BOARDS
from grafana.layout import place
from grafana.normalise import _ref_id, normalise
from grafana.panel import render, stat, timeseries

RAW = render(BOARDS["business"])


def _nulls(data: Any, path: str = "") -> list[str]:
    if isinstance(data, dict):
        return [found for key, value in data.items() for found in _nulls(value, f"{path}/{key}")]
    if isinstance(data, list):
        return [found for index, value in enumerate(data) for found in _nulls(value, f"{path}/{index}")]
    return [path] if data is None else []


def test_the_input_is_left_alone() -> None:
    before = copy.deepcopy(RAW)
    normalise(RAW)
    assert before == RAW


def test_nulls_remain_only_as_the_base_of_thresholds() -> None:
    assert len(_nulls(RAW)) > 100
    for path in _nulls(normalise(RAW)):
        assert path.endswith("/thresholds/steps/0/value")


def test_legacy_keys_are_gone() -> None:
    board = normalise(RAW)
    assert not {"rows", "style", "sharedCrosshair", "hideControls", "__inputs", "gnetId", "id"} & set(board)
    for panel in board["panels"]:
        assert not {"span", "editable", "error", "height", "maxDataPoints", "mappings", "columns"} & set(panel)
        for target in panel.get("targets", ()):
            assert not {"intervalFactor", "step", "query", "metric", "target"} & set(target)


def test_panels_flow_and_rows_start_lines() -> None:
    panels: list[dict[str, Any]] = [
        {"type": kind, "title": title, "gridPos": {"w": width, "h": height}}
        for kind, title, width, height in (
            ("row", "r", 24, 1),
            ("stat", "a", 12, 4),
            ("stat", "b", 8, 6),
            ("stat", "c", 8, 2),
            ("row", "s", 24, 1),
        )
    ]
    place(panels)
    assert [(p["id"], p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels] == [
        (1, 0, 0),
        (2, 0, 1),
        (3, 12, 1),
        (4, 0, 7),
        (5, 0, 9),
    ]


@pytest.mark.parametrize(("width", "height"), [(25, 4), (0, 4), (8, 0)])
def test_a_panel_that_does_not_fit_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="panel 'x': size"):
        place([{"type": "stat", "title": "x", "gridPos": {"w": width, "h": height}}])


def test_ref_ids_go_on_after_z() -> None:
    assert [_ref_id(index) for index in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_hostile_texts_come_through_unchanged() -> None:
    hostile = 'a "b" \\ ${c} {{d}} é ☃\n<script>'
    panel = stat(hostile, hostile, Query("up", hostile), unit="none")
    board = Board("uid", hostile, hostile, (Row(hostile, (panel,)),), (), ())
    row, shown = normalise(render(board))["panels"]
    assert row["title"] == shown["title"] == shown["description"] == hostile
    assert shown["targets"][0]["legendFormat"] == hostile


def test_several_queries_get_refs_of_their_own() -> None:
    panel = timeseries("t", "d", Query("up"), Query("up"), unit="none")
    board = Board(names.DASHBOARD_BUSINESS, "t", "d", (Row("r", (panel,)),), (), ())
    assert [target["refId"] for target in normalise(render(board))["panels"][1]["targets"]] == ["A", "B"]
