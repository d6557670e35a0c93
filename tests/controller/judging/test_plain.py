"""What others wrote cannot steer a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.judging.plain import plain, shown


@given(st.text())
def test_everything_becomes_printable_and_ordinary_text_stays(text: str) -> None:
    found = plain(text)
    assert found.isprintable()
    found.encode("utf-8")
    assert (found == text) == text.isprintable()


def test_escapes_bidi_marks_and_lone_surrogates_are_spelt_out() -> None:
    assert plain("\x1b[31mé\u202e\ud800\x7f\n") == r"\x1b[31mé\u202e\ud800\x7f\n"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert plain("x" * 10_000, 5) == "xxxxx... (10000 characters)"


def test_values_are_named_shortly() -> None:
    values = (None, True, "a\x07", 3, 10**400, float("nan"), float("-inf"), [1, 2], {"a": 1})
    assert [shown(value) for value in values] == [
        "null",
        "true",
        r'"a\x07"',
        "3",
        "a number of more than 18 digits",
        "NaN",
        "-Infinity",
        "a list of 2",
        "an object",
    ]
