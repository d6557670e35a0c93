"""The report's evidence: as a reader wants it."""

from __future__ import annotations

import pytest

from controller.trials.demo.report import shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it said `no`", "it said `no`"),
        (30.48580863243869, "30.49"),
        (0.0019481090902972215, "0.001948"),
        (48, "48"),
        (True, "true"),
        ({"canary": 0.5610320638497653, "looks": [1, 2.000049]}, '{"canary": 0.561, "looks": [1, 2.0]}'),
        ([], "[]"),
    ],
)
def test_texts_are_as_they_are_and_numbers_have_four_digits(value: object, text: str) -> None:
    assert shown(value) == text
