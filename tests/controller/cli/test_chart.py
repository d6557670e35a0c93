"""A chart of a canary's looks, line by line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.cli.chart import GUTTER, LEGEND, NARROWEST, NOTHING, Mark, chart

FOOT = " " * GUTTER + LEGEND
WOBBLE = (-0.9, 0.7, -0.4, 0.3, -0.2, 0.2, -0.1, 0.1, 0.0, 0.0)


def _around(points: int, effect: float, margin: float, harm: tuple[float, ...] = (), benefit: float = math.nan) -> Mark:
    """Return a look with an even interval."""
    return Mark(points, effect, effect - margin, effect + margin, harm, benefit)


def _mark(points: int, effect: float) -> Mark:
    """Return a look whose interval and boundaries narrow as points come in."""
    return _around(points, effect, 4.0 / points, (-3.0 / points,), 2.0 / points)


def test_a_canary_that_helps_as_it_is_drawn() -> None:
    marks = [_mark(points, 0.5 + wobble) for points, wobble in enumerate(WOBBLE, 2)]
    assert chart(marks, width=60, height=9) == [
        "       +1.2   |   o   |   |       |",
        "            ++|+  |   |   |   |   |   |   |   |",
        "              |   |   |   o   |   o   |   |   |   |",
        "              | ++|+++|+  |   |   |   |   o   o   o",
        "              |   |   | ++|+++o+++|+  o   |   |   |",
        "              |   |   o   |   |   | ++|+++|+++|+++|+",
        "          0 --|---|---|---|---|-------|-------------",
        "              |   |   |       |             xxxxxxxx",
        "     -0.429   o       |       | xxxxxxxxxxxx",
        "            2                              11 points",
        FOOT,
    ]


def test_one_look_with_both_boundaries() -> None:
    assert chart([_around(5, 1.0, 2.0, (-3.0,), 3.0)], height=7) == [
        "         +3 ++|+",
        "              |",
        "              o",
        "          0 --|-",
        "              |",
        "",
        "         -3 xxxx",
        "            5 points",
        FOOT,
    ]


def test_wild_early_looks_do_not_set_the_scale_and_are_marked_at_the_edge() -> None:
    marks = [_around(1, 9.0, 100.0), _around(2, -9.0, 100.0), _around(3, 0.1, 0.5), _around(4, 0.1, 0.4)]
    assert chart(marks, width=40, height=7) == [
        "       +0.5   ^   |   |   |",
        "              |   |   |   |",
        "              |   |   |   |",
        "              |   |   o   o",
        "          0 --|---|---|---|-",
        "              |   |   |   |",
        "       -0.3   |   v   |   |",
        "            1       4 points",
        FOOT,
    ]


def test_a_band_has_a_boundary_on_either_side() -> None:
    lines = chart([_around(9, 0.0, 0.5, (-1.0, 1.0))], height=5)
    assert (lines[0].strip(), lines[4].strip()) == ("+1 xxxx", "-1 xxxx")


def test_an_interval_may_be_uneven() -> None:
    lines = chart([Mark(9, 0.0, -1.0, 3.0)], height=5)
    assert [line[GUTTER + 2 :] for line in lines[:5]] == ["|", "|", "|", "o-", "|"]


def test_nothing_that_was_seen_is_said() -> None:
    assert chart([]) == [NOTHING]
    assert chart([_around(0, math.nan, math.inf)]) == [NOTHING]


@pytest.mark.parametrize("count", [1, 2, 30, 33, 34, 500])
def test_more_looks_than_fit_are_thinned_and_the_last_one_stays(count: int) -> None:
    lines = chart([_around(i, 1.0, 0.5) for i in range(1, count + 1)], width=78)
    assert max(map(len, lines)) <= 80
    assert lines[-2].endswith(f"{count} points")
    shown = sum(line.count("o") for line in lines[:-2])
    assert shown == min(count, (78 - GUTTER) // NARROWEST)


ANY = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(
        st.builds(Mark, st.integers(0, 10**6), ANY, ANY, ANY, st.lists(ANY, max_size=2).map(tuple), ANY), max_size=80
    ),
    st.integers(30, 120),
    st.integers(3, 20),
)
def test_any_numbers_give_a_chart_of_that_size_in_plain_characters(marks: list[Mark], width: int, height: int) -> None:
    lines = chart(marks, width=width, height=height)
    assert all(line.isascii() for line in lines)
    if lines != [NOTHING]:
        assert len(lines) == height + 2
        assert all(len(line) <= width for line in lines[:-2])
