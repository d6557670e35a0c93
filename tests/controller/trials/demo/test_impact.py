"""The table of what was predicted and what was measured."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from controller.journal.event import Impact
from controller.trials.demo import impact

ANY = st.floats(allow_nan=True, allow_infinity=True)


def _impact(
    kpi: str = "plays", *, predicted: float | None = 0.05, held: bool | None = True, low: float = -0.1
) -> Impact:
    return Impact(
        kpi=kpi,
        predicted=predicted,
        measured=0.0936,
        standard_error=0.01,
        error_ratio=None if predicted is None else 0.5,
        before=None,
        after=None,
        low=low,
        high=0.2,
        held=held,
    )


def test_columns_stand_below_each_other() -> None:
    head, first, second = impact.lines([_impact(), _impact("a_much_longer_name", held=False)])
    for word in ("predicted", "95 % interval", "measured", "+-", "held?"):
        assert first[head.index(word) - 1] == " "
        assert first[head.index(word)] != " "
    assert first.split() == ["plays", "+0.05", "-0.1", "to", "+0.2", "+0.0936", "0.02", "yes"]
    assert second.endswith("NO")


def test_what_was_not_predicted_is_a_dash() -> None:
    (row,) = impact.rows([_impact(predicted=None, held=None, low=math.nan)])
    assert row == ("plays", "-", "-", "+0.0936", "0.02", "-")
    (found,) = impact.document([_impact(predicted=None, held=None, low=math.nan)])
    assert (found["predicted"], found["low"], found["held"]) == (None, None, None)


def test_no_effect_is_shown_as_none() -> None:
    (row,) = impact.rows([_impact(predicted=-1e-18)])
    assert row[1] == "0"


@given(st.text('ab<&"é', min_size=1, max_size=5), ANY, ANY, ANY)
def test_any_numbers_and_names_give_a_well_formed_table(kpi: str, predicted: float, low: float, error: float) -> None:
    one = _impact(kpi, predicted=predicted, low=low).model_copy(update={"standard_error": error})
    assert ET.fromstring(impact.html([one])).tag == "table"  # noqa: S314 - our own text
    assert len(impact.lines([one])) == 2
