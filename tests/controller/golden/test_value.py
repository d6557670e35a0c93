"""JSON values: equal, near, shown, and refused when JSON cannot carry them."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.golden.value import MOST_VALUES, canonical, check_plain, holds, listed, near, printable, same, shown

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_a_value_is_itself_after_a_journey_as_json(value: Any) -> None:
    check_plain(value)
    assert same(value, json.loads(canonical(value)))
    assert holds([None, value], value)


@given(JSON, JSON)
def test_equality_goes_both_ways_and_is_near_within_nothing(left: Any, right: Any) -> None:
    assert same(left, right) is same(right, left) is near(left, right, 0.0)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (False, 0, False),
        ("1", 1, False),
        (None, False, False),
        ([1, [2]], [1, [2.0]], True),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": True}, {"a": 1}, False),
    ],
)
def test_true_is_not_one_but_one_is_one_point_nought(left: Any, right: Any, *, equal: bool) -> None:
    assert same(left, right) is equal


def test_near_is_within_and_only_for_numbers() -> None:
    assert near([1.0, {"a": 2}], [1.05, {"a": 2.1}], 0.11)
    assert not near([1.0], [1.2], 0.11)
    assert not near(["1.0"], [1.0], 5)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"at": dt.date(2026, 1, 1)}, "a date, which JSON does not know: put it in quotes"),
        ([math.nan], "nan is no JSON number"),
        ({1: "a"}, "key 1 is no text"),
        ([[0] * 1000] * (MOST_VALUES // 1000 + 1), "more than 200,000 values"),
    ],
)
def test_what_json_cannot_carry_is_refused(value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_plain(value)


def test_what_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested deeper than"):
        check_plain(endless)


def test_what_a_subject_says_steers_no_terminal() -> None:
    assert printable("\x1b[31mred\nand\tmore\x07 ") == "\ufffd[31mred and more\ufffd"


def test_values_are_short_in_messages() -> None:
    assert shown("v001") == "v001"
    assert shown("") == '""'
    assert shown(" a\n") == '" a\\n"'
    assert shown({"id": 1}) == '{"id": 1}'
    assert len(shown("x" * 500)) == 40
    assert listed([1, 2, 3, 4, 5, 6, 7]) == "1, 2, 3, 4, 5 and 2 more"
