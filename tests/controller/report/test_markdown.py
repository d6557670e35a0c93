"""Markdown that shows what it is given."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from controller.report.markdown import number, span, table, text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_table_keeps_its_shape_whatever_is_in_it(rows: list[list[str]]) -> None:
    lines = table(("a", "b"), rows)
    assert len(lines) == 2 + len(rows)
    for line in lines:
        assert line.replace(r"\\", "").replace(r"\|", "").count("|") == 3
        assert len(line.splitlines()) == 1


def test_words_are_one_line_and_ordinary_ones_are_as_they_were() -> None:
    assert text("play_completion is 0.5, outside its band [0, 1]") == "play_completion is 0.5, outside its band [0, 1]"
    assert text("a\r\n\tb\u2028c") == "a b c"


def test_numbers_that_are_none_are_a_dash() -> None:
    assert [number(value) for value in (None, math.nan, math.inf, 0.12345)] == ["-", "-", "-", "0.1235"]
    assert (span(None, 1.0), span(math.nan, 1.0), span(-1.0, 2.0)) == ("-", "-", "-1 to +2")
