"""Tables and short texts for people."""

from __future__ import annotations

import math

import pytest

from controller.cli import tables


def test_a_table_shows_texts_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    tables.console().print(tables.table("Title [x]", ("a", "b"), [("[red]no markup[/nothing]", None), (1.5, "")]))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "Title [x]"
    assert lines[1].split() == ["a", "b"]
    assert lines[2].endswith("-")
    assert "[red]no markup[/nothing]" in lines[2]
    assert lines[3] == "1.5"


def test_a_title_stays_on_one_line_above_narrow_columns(capsys: pytest.CaptureFixture[str]) -> None:
    tables.console().print(tables.table("\nParameters in force", ("", "is"), [("a", 1)]))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["", "Parameters in force", "   is", "a  1"]


def test_moments_are_in_utc() -> None:
    assert tables.moment(0.9) == "1970-01-01 00:00:00"
    assert tables.moment(None) == "-"


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (math.nan, "-"), (math.inf, "inf"), (0.123456, "0.1235"), (-1e-9, "-1e-09")]
)
def test_numbers_are_short(value: float | None, text: str) -> None:
    assert tables.number(value) == text


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([math.nan], ""),
        ([5.0, 5.0], "▁▁"),
        ([0.0, 7.0, math.nan, 3.5], "▁█ ▅"),
        ([0.0, math.inf, 1.0], "▁ █"),
    ],
)
def test_sparks(values: list[float], line: str) -> None:
    assert tables.spark(values) == line
