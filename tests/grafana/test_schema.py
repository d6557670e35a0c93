"""Dashboards against the schema derived from the SDK's models, and proof that the schema bites."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft7Validator

from grafana.boards import BOARDS
from grafana.compile import dashboards
from grafana.panel import render
from tests.grafana.schema import dashboard_schema, errors

Json = dict[str, Any]
GOOD = dashboards()


def _panel(board: Json, kind: str) -> Json:
    found: Json = next(panel for panel in board["panels"] if panel["type"] == kind)
    return found


def _defaults(board: Json, kind: str) -> Json:
    found: Json = _panel(board, kind)["fieldConfig"]["defaults"]
    return found


def test_the_derived_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(dashboard_schema())
    assert len(dashboard_schema()["definitions"]) > 100


@pytest.mark.parametrize("name", GOOD)
def test_our_boards_are_valid(name: str) -> None:
    assert errors(GOOD[name]) == []


@pytest.mark.parametrize("name", BOARDS)
def test_raw_output_of_grafanalib_is_not(name: str) -> None:
    found = errors(render(BOARDS[name]))
    assert len(found) >= 40
    assert any("sharedCrosshair" in error for error in found)
    assert any(error.startswith("panels/1/") and "None is not of type" in error for error in found)


BREAKS: dict[str, tuple[Callable[[Json], object], str]] = {
    "schemaVersion: 'x' is not": (lambda b: b.update(schemaVersion="x"), "string for the version"),
    ": 'templating' is a required": (lambda b: b.pop("templating"), "no variables"),
    "graphTooltip: 3 is not one of": (lambda b: b.update(graphTooltip=3), "unknown crosshair"),
    "panels/1/type: 'graph' is not one of": (lambda b: b["panels"][1].update(type="graph"), "a retired panel"),
    "unit: 5 is not": (lambda b: _defaults(b, "stat").update(unit=5), "a number as unit"),
    "drawStyle: 'spline' is not one of": (
        lambda b: _defaults(b, "timeseries")["custom"].update(drawStyle="spline"),
        "nonsense draw style",
    ),
    "('displayMode' was unexpected)": (
        lambda b: _panel(b, "stat")["options"].update(displayMode="list"),
        "an option of another panel",
    ),
    "custom: Additional properties": (
        lambda b: _defaults(b, "state-timeline")["custom"].update(drawStyle="line"),
        "a field setting of another panel",
    ),
    "value: 'null' is not valid": (
        lambda b: _defaults(b, "stat")["thresholds"]["steps"][0].update(value="null"),
        "grafanalib's null as text",
    ),
    "steps/0: 'value' is a required": (
        lambda b: _defaults(b, "stat")["thresholds"]["steps"][0].pop("value"),
        "a threshold without value",
    ),
    "targets/0: 'expr' is a required": (lambda b: _panel(b, "stat")["targets"][0].pop("expr"), "no query"),
    "targets/0/instant: 'no' is not": (lambda b: _panel(b, "stat")["targets"][0].update(instant="no"), "text as flag"),
    "gridPos/w: '8' is not": (lambda b: _panel(b, "stat")["gridPos"].update(w="8"), "text as width"),
    "legend: 'showLegend' is a required": (
        lambda b: _panel(b, "timeseries")["options"]["legend"].pop("showLegend"),
        "an old legend",
    ),
    "templating/list/0/type: 'text' is not": (
        lambda b: b["templating"]["list"][0].update(type="text"),
        "an unknown variable type",
    ),
    "annotations/list/0: 'iconColor' is a required": (
        lambda b: b["annotations"]["list"][0].pop("iconColor"),
        "an annotation without colour",
    ),
    "panels/0/type: None is not one of": (lambda b: b["panels"][0].update(type=None), "a row without type"),
}


@pytest.mark.parametrize("told", BREAKS, ids=[why for _, why in BREAKS.values()])
def test_the_schema_bites_with_a_path(told: str) -> None:
    board = copy.deepcopy(GOOD["business"])
    BREAKS[told][0](board)
    found = errors(board)
    assert any(told in error for error in found), found
