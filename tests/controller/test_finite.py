"""Plain values that JSON can carry."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from controller.finite import finite

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below) | st.tuples(below) | st.dictionaries(st.text() | st.integers(), below),
)


def test_what_json_does_not_know_is_none_however_deep() -> None:
    found = {"a": float("nan"), "b": [float("inf"), 1.5, {"c": (float("-inf"), "x")}], 3: True}
    assert finite(found) == {"a": None, "b": [None, 1.5, {"c": [None, "x"]}], "3": True}


@given(PLAIN)
def test_any_plain_value_is_json_afterwards_and_stays_what_it_is(value: object) -> None:
    once = finite(value)
    assert json.loads(json.dumps(once, allow_nan=False)) == once
    assert finite(once) == once
