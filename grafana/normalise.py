"""Pure: what grafanalib 0.7.1 emits -> what current Grafana stores (schemaVersion 42).

grafanalib writes schemaVersion 12. Grafana would migrate that on load, and lose the shared crosshair on the way; with
42 nothing is migrated, so every key must be a current one. Only known keys are kept: a legacy key cannot slip through.
"""

from __future__ import annotations

import copy
from typing import Any

from grafana.layout import place

SCHEMA_VERSION = 42
Json = dict[str, Any]

_DASHBOARD_KEYS = ("uid", "title", "description", "tags", "timezone", "editable", "graphTooltip", "time", "refresh")
_PANEL_KEYS = ("type", "title", "description", "datasource", "gridPos", "transformations", "fieldConfig", "options")
_TARGET_KEYS = ("datasource", "editorMode", "expr", "exemplar", "format", "instant", "legendFormat", "range")
_VARIABLE_KEYS = ("name", "label", "type", "query", "multi", "includeAll", "options", "current")
_VISIBLE = 0

_OPTIONS: dict[str, Json] = {
    "stat": {
        "wideLayout": True,
        "showPercentChange": False,
        "percentChangeColorMode": "standard",
    },
    "table": {"frameIndex": 0, "cellHeight": "sm"},
}
_COLOR = {"timeseries": "palette-classic", "table": "thresholds", "stat": "thresholds", "state-timeline": "thresholds"}


def _pick(data: Json, keys: tuple[str, ...]) -> Json:
    return {key: data[key] for key in keys if data.get(key) not in (None, "", [])}


def _without_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_nulls(value) for key, value in data.items() if value is not None}
    return [_without_nulls(item) for item in data] if isinstance(data, list) else data


def _ref_id(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _targets(targets: list[Json]) -> list[Json]:
    return [{"refId": _ref_id(index), **_pick(target, _TARGET_KEYS)} for index, target in enumerate(targets)]


def _thresholds(raw: Json) -> Json:
    """Return thresholds whose base step has the value null, which Grafana requires; no other null is kept."""
    steps = raw.get("steps") or [{"color": "green", "value": None}]
    return {
        "mode": raw.get("mode", "absolute"),
        "steps": [{"color": step["color"], "value": step.get("value")} for step in steps],
    }


def _custom(kind: str, raw: Json) -> Json:
    """Return the panel type's own field settings, with a table's old display mode as cell options."""
    custom: Json = _without_nulls(raw)
    if kind == "table":
        custom = {"align": custom["align"], "cellOptions": {"type": custom["displayMode"]}, "inspect": False}
    if custom.get("scaleDistribution", {}).get("type") == "linear":
        custom["scaleDistribution"] = {"type": "linear"}
    return custom


def _data_link(raw: Json) -> Json:
    """Return a link of a field with every key of the published schema, which has one type for all links."""
    fixed = {"type": "link", "icon": "", "tooltip": "", "tags": []}
    return {**raw, **fixed, "asDropdown": False, "includeVars": False, "keepTime": False}


def _field_config(kind: str, raw: Json) -> Json:
    defaults = raw["defaults"]
    fields: Json = {
        "color": {"mode": _COLOR[kind]},
        "mappings": defaults.get("mappings") or [],
        "thresholds": _thresholds(defaults["thresholds"]),
        "unit": defaults.get("unit") or "none",
        **_pick(defaults, ("min", "max", "decimals", "noValue")),
    }
    if links := defaults.get("links"):
        fields["links"] = [_data_link(link) for link in links]
    if custom := _custom(kind, defaults.get("custom") or {}):
        fields["custom"] = custom
    return {"defaults": fields, "overrides": raw.get("overrides") or []}


def _options(kind: str, raw: Json) -> Json:
    options: Json = {**_OPTIONS.get(kind, {}), **_without_nulls(raw)}
    if "legend" in options:
        options["legend"] = {"showLegend": True, "calcs": [], **options["legend"]}
    if "tooltip" in options:
        options["tooltip"] = {"sort": "none", **options["tooltip"]}
    return options


def _panel(raw: Json) -> Json:
    panel = _pick(raw, _PANEL_KEYS)
    kind = panel["type"]
    if kind == "row":
        return {"type": "row", "title": panel["title"], "collapsed": False, "gridPos": panel["gridPos"], "panels": []}
    panel["options"] = _options(kind, raw["options"])
    if kind == "text":
        return {key: value for key, value in panel.items() if key not in ("fieldConfig", "datasource")}
    panel["fieldConfig"] = _field_config(kind, raw["fieldConfig"])
    panel["targets"] = _targets(raw["targets"])
    return panel


def _variable(raw: Json) -> Json:
    variable: Json = {**_pick(_without_nulls(raw), _VARIABLE_KEYS), "hide": _VISIBLE}
    current = variable["current"]
    text, value = current["text"], current["value"]
    if variable.get("multi"):
        text, value = [text], [value]
    variable["current"] = {"selected": True, "text": text, "value": value}
    return variable


def normalise(raw: Json) -> Json:
    """Return a dashboard as current Grafana stores it.

    Args:
        raw: grafanalib's JSON; it is not changed.

    Raises:
        ValueError: a panel does not fit the grid.
    """
    raw = copy.deepcopy(raw)
    panels = [_panel(panel) for panel in raw["panels"]]
    place(panels)
    return {
        **_pick(raw, _DASHBOARD_KEYS),
        "schemaVersion": SCHEMA_VERSION,
        "links": raw["links"],
        "templating": {"list": [_variable(variable) for variable in raw["templating"]["list"]]},
        "annotations": {"list": raw["annotations"]["list"]},
        "panels": panels,
    }
