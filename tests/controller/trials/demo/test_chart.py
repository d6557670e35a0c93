"""The report's charts."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from controller.trials.demo.chart import HEIGHT, WIDTH, Band, chart

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.dictionaries(
        st.text('ab<st.text(max_size=5)"é', max_size=5),
        st.lists(st.tuples(st.floats(0, 2e9), NUMBERS), max_size=8),
        max_size=3,
    )
)
def test_any_series_give_well_formed_xml(lines: dict[str, list[tuple[float, float]]]) -> None:
    text = chart("a <title> & more", lines, [Band(0.0, 1.0, "<act>")])
    assert ET.fromstring(text.replace("&#9644;", "-")).tag in ("svg", "p")  # noqa: S314 - our own text


def test_points_are_drawn_inside_the_picture_and_gaps_are_gaps() -> None:
    text = chart("t", {"a": [(0.0, 1.0), (1.0, 3.0), (2.0, math.nan), (3.0, 2.0)]}, [Band(0.0, 3.0, "act")])
    path = text.split('<path d="')[1].split('"')[0]
    assert path.count("M") == 2
    for part in path.replace("M", "L").split("L")[1:]:
        x, y = (float(number) for number in part.split())
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_no_numbers_at_all_are_said_to_be_no_data() -> None:
    assert chart("t", {"a": [(0.0, math.nan)]}, []) == "<p>t: no data</p>"
