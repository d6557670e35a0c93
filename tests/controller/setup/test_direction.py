"""Which change is good, as far as names tell."""

from __future__ import annotations

import pytest

from controller.setup.direction import cost_or, direction, told
from exporter.metric import Direction

LOWER, HIGHER = Direction.LOWER, Direction.HIGHER


@pytest.mark.parametrize(
    ("name", "good", "sure"),
    [
        ("shop_orders_total", HIGHER, True),
        ("Refunds", LOWER, True),
        ("http_ok", HIGHER, True),
        ("bookmarks", HIGHER, False),  # not `ok` inside of a word
        ("failed_orders", LOWER, True),  # what is worse wins
    ],
)
def test_words_of_success_and_of_trouble_tell(name: str, good: Direction, sure: bool) -> None:
    assert direction(name) == (good, sure)
    assert told(name.lower()) is sure


def test_an_amount_of_time_or_of_a_resource_is_a_cost_and_any_other_is_told_by_its_words() -> None:
    assert cost_or("checkout_seconds") == (LOWER, True)
    assert cost_or("order_queue") == (LOWER, True)
    assert cost_or("basket_value") == (HIGHER, False)
