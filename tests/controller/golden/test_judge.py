"""An answer is held against each condition."""

from __future__ import annotations

from typing import Any

import pytest

from controller.golden.case import Case, Relation
from controller.golden.judge import faults, related
from exporter.parameters import Values
from tests.controller.golden.conftest import case

VALUES: Values = {"top": 2, "heat": 0.5, "mode": "calm"}
GIVEN = {"candidates": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}


def _faults(expect: dict[str, Any], answer: Any) -> list[str]:
    return list(faults(case(input=GIVEN, expect=expect), answer, VALUES))


@pytest.mark.parametrize(
    ("expect", "answer", "said"),
    [
        ({"equals": ["a", "b"]}, ["a", "b"], None),
        ({"equals": ["b", "a"]}, ["a", "b"], "moved b (1 to 2); first at 1: expected b, got a"),
        ({"equals": None}, None, None),
        ({"equals": None}, 0, "expected null, got 0"),
        ({"equals": 1}, True, "expected 1, got true"),
        ({"approx": {"value": 0.3, "within": 1e-9}}, 0.1 + 0.2, None),
        (
            {"approx": {"value": [1, 2], "within": 0.1}},
            [1.05, 2.2],
            "missing 1, 2; extra 1.05, 2.2; first at 1: expected 1, got 1.05; 0.1 is allowed",
        ),
        ({"between": [0, 1]}, 1, None),
        ({"between": [0, 1]}, 1.5, "expected between 0 and 1, got 1.5"),
        ({"between": [0, 1]}, True, "expected a number between 0 and 1, got true"),
        ({"count": 2}, ["a", "b"], None),
        ({"count": "top"}, ["a", "b"], None),
        ({"count": 3}, ["a", "b"], "expected 3 items, got 2"),
        ({"count": 1}, {"a": 1}, None),
        ({"count": 1}, 5, "expected something to count, got 5"),
        ({"count": "heat"}, ["a"], "expected 0 items, got 1"),
        ({"count": "tops"}, [], "count: 'tops' is no parameter; known are top, heat, mode"),
        ({"count": "mode"}, [], "count: parameter mode: 'calm' is not a number"),
        ({"among": ["a", "b", "z"]}, ["b"], None),
        ({"among": "candidates.id"}, ["c", "a"], None),
        ({"among": "candidates.id"}, ["d", "a"], "d: none of those it may select"),
        ({"among": ["a"]}, "a", "expected a list, got a"),
        ({"includes": ["a"]}, ["b", "a"], None),
        ({"includes": ["a", "c"]}, ["b"], "a, c: must be selected"),
        ({"excludes": ["c"]}, ["a"], None),
        ({"excludes": ["b"]}, ["a", "b"], "b: must not be selected"),
        ({}, ["a", "a"], "a stands twice"),
        ({}, [{"x": 1}, {"x": True}, {"x": 1.0}], '{"x": 1.0} stands twice'),
        ({"unique": False}, ["a", "a"], None),
        ({}, None, None),
    ],
)
def test_each_condition(expect: dict[str, Any], answer: Any, said: str | None) -> None:
    found = _faults(expect, answer)
    if said is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(said)


def test_a_parameters_count_is_at_most_the_candidates_there_are() -> None:
    few: Case = case(input={"candidates": [1]}, expect={"count": "top"})
    none: Case = case(input={"shelf": []}, expect={"count": "top"})
    assert list(faults(few, [1], VALUES)) == []
    assert list(faults(none, [1, 2], VALUES)) == []


def test_every_broken_condition_is_told() -> None:
    assert len(_faults({"count": 1, "excludes": ["a"], "includes": ["z"]}, ["a", "b"])) == 3


@pytest.mark.parametrize(
    ("relation", "answer", "changed", "said"),
    [
        ("same", [1], [1.0], None),
        ("same", [1], [2], "the answer changed: missing 1; extra 2; first at 1: expected 1, got 2"),
        ("different", [1], [2], None),
        ("different", [1], [1], "the answer stayed the same"),
        ("prefix", ["a", "b", "c"], ["a", "b"], None),
        ("prefix", ["a", "b", "c"], ["b"], "it no longer begins as before: missing a; extra b"),
        ("prefix", ["a"], ["a", "b"], "it no longer begins as before: expected 1 items, got 2; extra b"),
        ("prefix", "ab", "a", "expected lists, got ab and then a"),
        ("subset", ["a", "b"], ["b"], None),
        ("subset", ["a"], ["a", "z"], "new: z"),
        ("superset", ["a"], ["z", "a"], None),
        ("superset", ["a", "b"], ["a"], "gone: b"),
        ("at_most", 2, 1.5, None),
        ("at_most", 2, 3, "it rose from 2 to 3"),
        ("at_least", 2, 2, None),
        ("at_least", 2, 1, "it fell from 2 to 1"),
        ("at_least", 2, [3], "expected numbers, got 2 and then [3]"),
    ],
)
def test_each_relation(relation: Relation, answer: Any, changed: Any, said: str | None) -> None:
    found = related(relation, answer, changed)
    assert found is None if said is None else found is not None and found.startswith(said)
