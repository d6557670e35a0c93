"""A number of things in words."""

from __future__ import annotations

import pytest

from controller.counted import counted


@pytest.mark.parametrize(
    ("number", "one", "many", "said"),
    [
        (0, "case", "", "0 cases"),
        (1, "case", "", "1 case"),
        (2, "entry", "entries", "2 entries"),
        (1, "entry", "entries", "1 entry"),
    ],
)
def test_one_is_said_otherwise_than_any_other_number(number: int, one: str, many: str, said: str) -> None:
    assert counted(number, one, many) == said
