"""Differences are told fully where they are few, and shortly where they are many."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.golden.diff import difference, table
from controller.golden.value import same

LISTS = st.lists(st.integers(0, 6), max_size=8)


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        (["a", "b"], ["a"], "expected 2 items, got 1; missing b"),
        (["a", "b"], ["a", "b", "c"], "expected 2 items, got 3; extra c"),
        (["a", "b"], ["a", "z"], "missing b; extra z; first at 2: expected b, got z"),
        (["a", "b", "c", "d"], ["d", "a", "b", "c"], "moved d (4 to 1); first at 1: expected a, got d"),
        (["a", "a"], ["a", "b"], "missing a; extra b; first at 2: expected a, got b"),
        (3, 4.5, "expected 3, got 4.5 (off by 1.5)"),
        ("a", None, "expected a, got null"),
        ([1], {"a": 1}, 'expected [1], got {"a": 1}'),
        (
            {"a": 1, "b": [1]},
            {"b": [2], "c": 3},
            "missing key a; extra key c; b: missing 1; extra 2; first at 1: expected 1, got 2",
        ),
        (list(range(30)), [], "expected 30 items, got 0; missing 0, 1, 2, 3, 4 and 25 more"),
        (
            list(range(9)),
            list(range(8, -1, -1)),
            "moved 0 (1 to 9), 1 (2 to 8), 2 (3 to 7) and 4 more; first at 1: expected 0, got 8",
        ),
    ],
)
def test_a_difference_in_words(expected: Any, actual: Any, said: str) -> None:
    assert difference(expected, actual) == said


@given(LISTS, LISTS)
def test_lists_are_called_equal_exactly_when_they_are(expected: list[int], actual: list[int]) -> None:
    assert (difference(expected, actual) == "equal") is same(expected, actual)


@given(st.permutations(range(8)), st.integers(0, 7))
def test_one_item_that_was_taken_elsewhere_is_the_only_one_that_moved(items: list[int], place: int) -> None:
    item, rest = items[0], items[1:]
    moved = [*rest[:place], item, *rest[place:]]
    text = difference(items, moved)
    assert text == "equal" if place == 0 else text.startswith("moved ") and text.count(" to ") == 1


@given(LISTS, LISTS)
def test_a_table_shows_the_first_difference_and_stays_short(expected: list[int], actual: list[int]) -> None:
    rows = table(expected, actual, most=4)
    assert len(rows) <= 5 + 4  # four of the rows, those that stand for equal ones, and the last that says what is left
    first = next((i for i, pair in enumerate(zip(expected, actual, strict=False)) if pair[0] != pair[1]), None)
    if first is not None:
        assert (str(first + 1), str(expected[first]), str(actual[first])) in rows


def test_equal_stretches_are_left_out_of_a_table() -> None:
    left = list(range(100))
    right = [*range(50), 999, *range(51, 100)]
    assert table(left, right) == [
        ("...", "", ""),
        ("50", "49", "49"),
        ("51", "50", "999"),
        ("52", "51", "51"),
        ("...", "", ""),
    ]
