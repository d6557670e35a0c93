"""Documents: what is read, what is refused with which words, and that nothing else can happen."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.decide.case import Case, MetricCase, SeriesKind
from controller.errors import ConfigError
from controller.judging.problems import CaseError
from controller.judging.reading import Reading, parse, read
from controller.judging.schema import schema
from controller.model import Floats, MarginUnit, Role
from exporter.metric import Direction
from tests.controller.judging.documents import document, documents, short

INPUT = schema("input")


def _error(found: object) -> str:
    with pytest.raises(CaseError) as caught:
        parse(found)
    assert all(line.isprintable() for line in str(caught.value).split("\n"))
    return str(caught.value)


def _one(kind: str = "gauge", /, **changes: Any) -> dict[str, Any]:
    return document(short(kind, **changes))


# --- what is read


def test_what_is_left_out_has_its_default() -> None:
    reading = parse(
        {"id": "a", "planned": 60, "metrics": [{"name": "m", "kind": "gauge", "canary": [1], "comparison": [2]}]}
    )
    (metric,) = reading.case.metrics
    assert (reading.case.id, reading.case.planned, reading.case.alpha) == ("a", 60, 0.05)
    assert (metric.role, metric.direction, metric.margin, metric.margin_unit) == (
        Role.PRIMARY,
        Direction.HIGHER,
        0.0,
        MarginUnit.ABSOLUTE,
    )
    assert (metric.history_canary.shape, metric.bounds, metric.objective) == ((0,), (), None)
    assert metric.tolerated == 0.0
    assert reading.notes == ()


def test_every_kind_has_its_shape() -> None:
    case = parse(document(short("gauge"), short("counter"), short("histogram", objective=0.5))).case
    assert [(metric.kind, metric.canary.shape) for metric in case.metrics] == [
        (SeriesKind.GAUGE, (3,)),
        (SeriesKind.COUNTER, (3, 2)),
        (SeriesKind.HISTOGRAM, (3, 4)),
    ]
    assert (case.metrics[2].bounds, case.metrics[2].objective) == ((0.1, 0.5), 0.5)


def test_json_s_own_nan_and_infinity_are_missing_and_told() -> None:
    text = json.dumps(_one(canary=[1, math.nan, 3], comparison=[math.inf, None, -math.inf]))
    reading = read(text)
    assert np.isnan(reading.case.metrics[0].comparison).all()
    assert reading.notes == ("gauge: 3 points were not finite (NaN or infinite) and count as missing",)
    assert read(json.dumps(_one())).notes == ()


def _points(metric: MetricCase, values: Floats) -> list[Any]:
    rows = [None if np.isnan(row).any() else row.tolist() for row in values]
    if metric.kind is SeriesKind.HISTOGRAM:
        return [row and [row[0], row[1], row[2:]] for row in rows]
    return rows


def _written(case: Case) -> dict[str, Any]:
    """Return the document that a case was read from."""
    metrics = []
    for metric in case.metrics:
        found = {
            "name": metric.name,
            "role": str(metric.role),
            "kind": str(metric.kind),
            "direction": str(metric.direction),
            "margin": metric.margin,
            "margin_unit": str(metric.margin_unit),
            "tolerated": metric.tolerated,
            "canary": _points(metric, metric.canary),
            "comparison": _points(metric, metric.comparison),
            "history": {
                "canary": _points(metric, metric.history_canary),
                "comparison": _points(metric, metric.history_comparison),
            },
        }
        if metric.bounds:
            found |= {"bounds": list(metric.bounds), "objective": metric.objective}
        metrics.append(found)
    return {"id": case.id, "planned": case.planned, "alpha": case.alpha, "metrics": metrics}


@given(documents())
def test_what_is_read_is_what_was_written(written: dict[str, Any]) -> None:
    back = _written(read(json.dumps(written)).case)
    assert back == json.loads(json.dumps(written), parse_int=float) | {"planned": written["planned"]}


@given(documents())
def test_what_is_read_fits_the_published_schema(written: dict[str, Any]) -> None:
    parse(written)
    jsonschema.Draft202012Validator(INPUT).validate(written)


# --- what is refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON: it is empty"),
        ("{", "not JSON: "),
        ('{"id": "a"} x', "not JSON: Extra data"),
        (b"\xff\xfe\x00", "not JSON: byte "),
        (b'{"id": "\xba"}', "not JSON: byte 8 is no UTF-8 text"),
        ("[" * 200_000, "nested too deeply"),
        ('{"id": ' + "1" * 5000 + "}", "not JSON that can be used: "),
        ('{"id": "a", "id": "b"}', 'key "id" stands twice'),
        ("null", "the document: should be an object (it is null)"),
        ("[]", "the document: should be an object (it is a list of 0)"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_document_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(text)
    assert said in str(caught.value)
    assert caught.value.id is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": 7}, "id: should be a valid string (it is 7)"),
        ({"id": ""}, 'id: String should have at least 1 character (it is "")'),
        ({"id": "x" * 10_000}, "id: String should have at most 1000 characters"),
        ({"id": "\ud800"}, r'(it is "\ud800")'),
        ({"planned": 0}, "planned: should be greater than or equal to 1 (it is 0)"),
        ({"planned": 10**9}, "planned: should be less than or equal to 1000000"),
        ({"planned": 2.5}, "planned: should be a valid integer"),
        ({"planned": True}, "planned: should be a number (it is true)"),
        ({"planned": "60"}, 'planned: should be a number (it is "60")'),
        ({"planned": math.inf}, "planned: should be a finite number (it is Infinity)"),
        ({"alpha": 0}, "alpha: should be greater than 0 (it is 0)"),
        ({"alpha": 0.5}, "alpha: should be less than 0.5 (it is 0.5)"),
        ({"alpha": math.nan}, "alpha: should be less than 0.5 (it is NaN)"),
        ({"alpha": 10**400}, "alpha: should be a smaller number"),
        ({"metrics": []}, "metrics: is empty"),
        ({"metrics": {}}, "metrics: "),
        ({"metrics": [3]}, "metrics[0]: should be an object (it is 3)"),
        ({"metrics": None}, "metrics: "),
        ({"alhpa": 0.1}, "alhpa: unknown key; did you mean 'alpha'?"),
        ({"zzz": 0.1}, "zzz: unknown key; known: id, planned, alpha, metrics"),
        ({"\x1b[2J": 0.1}, r"\x1b[2J: unknown key"),
    ],
)
def test_what_is_wrong_in_the_document_is_said(changes: dict[str, Any], said: str) -> None:
    assert said in _error(document(short("gauge"), **changes))


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("gauge", {"margin": -1}, "metrics[0].margin: should be greater than or equal to 0 (it is -1)"),
        ("gauge", {"margin": math.inf}, "metrics[0].margin: should be a finite number (it is Infinity)"),
        ("gauge", {"margin_unit": "percent"}, "metrics[0].margin_unit: should be 'absolute', 'relative' or 'sd'"),
        ("gauge", {"direction": "band"}, "metrics[0].direction: should be 'higher' or 'lower'"),
        ("gauge", {"role": "main"}, "metrics[0].role: should be 'primary' or 'guardrail'"),
        ("gauge", {"kind": "summary"}, "metrics[0]: kind should be gauge, counter or histogram"),
        ("gauge", {"kind": []}, "metrics[0]: kind should be gauge, counter or histogram"),
        ("gauge", {"bounds": [1]}, "metrics[0].bounds: unknown key"),
        ("gauge", {"cannary": []}, "metrics[0].cannary: unknown key; did you mean 'canary'?"),
        ("gauge", {"history": []}, "metrics[0].history: should be an object (it is a list of 0)"),
        ("gauge", {"history": {"x": []}}, "metrics[0].history.x: unknown key; known: canary, comparison"),
        ("gauge", {"history": {"canary": [1]}}, "metrics[0].history: canary has 1 points and comparison 0"),
        (
            "gauge",
            {"canary": [1]},
            "metrics[0]: canary has 1 points and comparison 3: both must stand on the same time",
        ),
        ("gauge", {"canary": "1,2,3"}, 'metrics[0].canary: should be a valid list (it is "1,2,3")'),
        ("gauge", {"canary": [1, 2, "x"]}, 'metrics[0].canary[2]: "x" is not a number'),
        (
            "counter",
            {"history": {"canary": [[1, -1]], "comparison": [None]}},
            "metrics[0].history.canary[0]: trials -1",
        ),
        ("histogram", {"bounds": [0.5, 0.1]}, "metrics[0].bounds: should ascend"),
        ("histogram", {"bounds": [0.5, 0.5]}, "metrics[0].bounds: should ascend"),
        ("histogram", {"bounds": [0.5, math.inf]}, "metrics[0].bounds[1]: should be a finite number (it is Infinity)"),
        ("histogram", {"bounds": []}, "metrics[0].canary[0]: 2 buckets, but there are 0 bounds"),
        ("histogram", {"objective": 0.3}, "metrics[0].objective: 0.3 is none of the bounds"),
        ("histogram", {"name": "x" * 10_000}, "metrics[0].name: String should have at most 1000 characters"),
    ],
)
def test_what_is_wrong_in_a_metric_is_said(kind: str, changes: dict[str, Any], said: str) -> None:
    assert said in _error(_one(kind, **changes))


def test_a_kind_that_is_missing_is_named() -> None:
    assert "metrics[0]: kind is missing: gauge, counter or histogram" in _error(document({"name": "a"}))


def test_there_is_one_primary_metric() -> None:
    none, both = {"role": "guardrail"}, {"role": "primary"}
    assert 'metrics: 0 are "primary"' in _error(document(short("gauge", **none)))
    assert 'metrics: 2 are "primary"' in _error(document(short("gauge", **both), short("counter", **both)))


def test_two_metrics_of_one_name_are_refused() -> None:
    assert 'metrics[1].name: "a" is the name of metrics[0] too' in _error(
        document(short("gauge", name="a"), short("counter", name="a"))
    )


def test_all_metrics_stand_on_the_same_timestamps() -> None:
    assert "metrics[1].canary: 2 points, but metrics[0] has 3" in _error(
        document(short("gauge"), short("gauge", name="b", canary=[1, 2], comparison=[1, 2]))
    )


def test_hostile_names_are_taken_as_they_are() -> None:
    name = "\x1b[31m\0\u202e[/]'; DROP TABLE" + "é" * 500
    case = parse(document(short("gauge", name=name), id=name)).case
    assert (case.id, case.metrics[0].name) == (name, name)


def test_an_error_carries_the_document_s_id() -> None:
    with pytest.raises(CaseError) as caught:
        parse({"id": "checkout-42"})
    assert caught.value.id == "checkout-42"
    assert caught.value.exit_code == 2


# --- nothing else can happen

_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_anything = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
)


def _case_or_words(reader: Callable[[Any], Reading], found: object) -> bool:
    """Whether a reader gives a case, or says what is wrong without steering a terminal; anything else is raised."""
    try:
        return isinstance(reader(found).case, Case)
    except ConfigError as error:
        lines = str(error).split("\n")
        return all(line and line.isprintable() for line in lines)


@given(_anything)
def test_any_json_is_a_case_or_a_clear_error(found: object) -> None:
    assert _case_or_words(parse, found)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_text_is_a_case_or_a_clear_error(text: str | bytes) -> None:
    assert _case_or_words(read, text)


@given(documents(), st.data())
def test_a_document_with_something_spoilt_is_a_case_or_a_clear_error(
    written: dict[str, Any], data: st.DataObject
) -> None:
    at: Any = written
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.integers(0, 3)) == 0:
            break
        at = at[key]
    at[key] = data.draw(_anything)
    assert _case_or_words(parse, written)
