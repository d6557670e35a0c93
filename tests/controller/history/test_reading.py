"""Differences, trends, and sheets: what is made of versions and entries."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from controller.adapters.history import History
from controller.adapters.version_file import Version
from controller.history.diff import differences
from controller.history.entry import Entry
from controller.history.sheet import HEAD, csv_lines
from controller.history.trend import Trend, trends
from controller.journal import event as ev
from controller.journal.event import Payload
from exporter.parameters import Values, uniform
from tests.controller.history.past import project
from tests.controller.journal.events import events, example

BEGIN = ev.Adopted(values={"heat": 0.6, "mode": "calm"}, version="v0", source="defaults")


def _back(heat: float, by: str = "ann", reason: str = "r") -> ev.RolledBack:
    return ev.RolledBack(version="v", values={"heat": heat, "mode": "calm"}, reason=reason, by=by)


def _out(**values: float | str) -> ev.Deployed:
    changed: Values = {"heat": 0.6, "mode": "calm", **values}
    return ev.Deployed(version="v", values=changed, reason="r", request=1, by="bob", golden="passed")


def _entries(*found: Payload) -> tuple[Entry, ...]:
    return project(events(BEGIN, *found))


def _trend(name: str, *found: Payload) -> Trend:
    (trend,) = trends(_entries(*found), [name])
    return trend


def _version(folder: Path, heat: float, **changes: object) -> Version:
    live = replace(uniform({"heat": heat, "mode": "calm"}, "s"), **changes)  # type: ignore[arg-type]  # fields by name
    history = History(folder)
    history.put(live, "n")
    return history.get(live.version)


def test_two_versions_differ_in_values_weights_and_canary(tmp_path: Path) -> None:
    first = _version(tmp_path, 0.5)
    second = _version(tmp_path, 0.7)
    (only,) = differences(first, second)
    assert (only.text, only.step) == ("value heat: 0.5 -> 0.7", 0.7 - 0.5)
    arms = {arm: dict(first.values) for arm in first.arms} | {"canary": {"heat": 0.9, "mode": "wild"}}
    weights = {"canary": 0.1, "baseline": 0.1, "control": 0.8}
    canary = _version(tmp_path, 0.5, arms=arms, weights=weights, canary="cycle-1", expires_at=1.0)
    assert [d.text for d in differences(first, canary)] == [
        "value in canary heat: 0.5 -> 0.9",
        "value in canary mode: calm -> wild",
        "weight canary: 0.2 -> 0.1",
        "weight baseline: 0.2 -> 0.1",
        "weight control: 0.6 -> 0.8",
        "canary: - -> cycle-1",
    ]
    assert differences(first, first) == ()


def test_a_parameter_that_only_one_version_has_differs(tmp_path: Path) -> None:
    first = _version(tmp_path, 0.5)
    second = replace(first, arms={arm: {"heat": 0.5} for arm in first.arms})
    assert [d.text for d in differences(first, second)] == ["value mode: calm -> -"]
    assert [d.text for d in differences(second, first)] == ["value mode: - -> calm"]


def test_a_trend_follows_the_values_in_force() -> None:
    found = _trend("heat", _out(heat=0.8), _out(heat=0.9), _back(0.7))
    assert [value for _, value in found.values] == [0.6, 0.8, 0.9, 0.7]
    assert (found.changes, found.rollbacks, found.deployments, found.direction) == (3, 1, 2, "up")
    assert found.net is not None
    assert abs(found.net - 0.1) < 1e-12


def test_a_trend_says_what_became_of_canaries() -> None:
    canary = (example(ev.CycleStarted), example(ev.Proposed), example(ev.CanaryStarted), example(ev.CycleEnded))
    found = _trend("heat", *canary)
    assert (found.canaries, found.changes, found.direction) == ({"promoted": 1}, 0, "steady")
    assert _trend("heat", *canary[:-1]).canaries == {"under way": 1}


def test_directions() -> None:
    assert _trend("heat", _out(heat=0.1)).direction == "down"
    assert _trend("heat", _out(heat=0.1), _back(0.6)).direction == "back and forth"
    assert _trend("mode", _out(mode="wild")).direction == "switched"
    assert _trend("mode", _out(mode="wild")).net is None


def test_a_trend_that_begins_later_knows_the_value_before() -> None:
    found = trends(_entries(_out(heat=0.8))[1:], ["heat"])[0]
    assert [value for _, value in found.values] == [0.6, 0.8]


def test_a_sheet_is_read_back_and_no_text_is_a_formula() -> None:
    hostile = '=HYPERLINK("http://x")\n"quoted", and [bold]'
    lines = "".join(csv_lines(_entries(_back(0.7, by="@ann", reason=hostile), *_cycle())))
    rows = list(csv.DictReader(io.StringIO(lines, newline="")))
    assert tuple(rows[0]) == HEAD
    assert rows[1]["reason"] == "'" + hostile
    assert rows[1]["actor"] == "'@ann"
    assert rows[1]["changes"] == "heat 0.6 -> 0.7"
    assert rows[1]["at"] == "1970-01-01T00:16:50+00:00"
    assert float(rows[2]["predicted"]) == 0.1
    assert rows[2]["cycle"] == "1"


def _cycle() -> tuple[Payload, ...]:
    return (example(ev.CycleStarted), example(ev.Proposed), example(ev.CanaryStarted))
