"""What lists of candidates are like: empty, one item, ties, a hundred; and lists made to be so. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Literal, get_args

from controller.golden.value import canonical, is_number

Feature = Literal["empty", "one", "ties", "hundred"]
FEATURES: tuple[Feature, ...] = get_args(Feature)
WORDS: Mapping[Feature, str] = {
    "empty": "no item",
    "one": "one item",
    "ties": "items with equal numbers",
    "hundred": "a hundred items or more",
}
HUNDRED = 100
TIED = 12


def features(items: list[Any]) -> set[Feature]:
    """Return what a list is like."""
    found: set[Feature] = set()
    if len(items) <= 1:
        found.add("empty" if not items else "one")
    if len(items) >= HUNDRED:
        found.add("hundred")
    keys = [canonical(_numbers(item)) for item in items]
    if len(set(keys)) < len(keys):
        found.add("ties")
    return found


def _numbers(item: Any) -> Any:
    """Return what makes two items tie: their numbers; a plain item itself."""
    if not isinstance(item, dict):
        return item
    return {key: value for key, value in item.items() if is_number(value)} or item


def made(feature: Feature, items: list[Any], rng: random.Random) -> list[Any]:
    """Return a list with a feature, in the image of some items; empty when they are none or plain and cannot tie."""
    if feature == "empty" or not items:
        return []
    if feature == "one":
        return items[:1]
    if feature == "ties":
        return [_named({**items[0]}, index, items) for index in range(TIED)] if isinstance(items[0], dict) else []
    return [_mixed(index, items, rng) for index in range(HUNDRED)]


def _mixed(index: int, items: list[Any], rng: random.Random) -> Any:
    """Return a new item: each number between those of two items, everything else one's."""
    left, right = rng.choice(items), rng.choice(items)
    if not isinstance(left, dict):
        return _between(left, right, rng) if is_number(left) and is_number(right) else f"{left}-{index:03d}"
    mixed = {key: _between(value, right.get(key), rng) for key, value in left.items()}
    return _named(mixed, index, items)


def _between(left: Any, right: Any, rng: random.Random) -> Any:
    if not is_number(left) or not is_number(right):
        return left
    value = left + rng.random() * (right - left)
    return round(value) if isinstance(left, int) and isinstance(right, int) else round(value, 3)


def _named(item: dict[str, Any], index: int, items: list[Any]) -> dict[str, Any]:
    """Give an item a name of its own in every field that tells the items apart."""
    for key, value in item.items():
        if isinstance(value, str):
            values = [other.get(key) for other in items if isinstance(other, dict)]
            if len(set(map(str, values))) == len(values):
                item[key] = f"{value[:1] or 'x'}{index:03d}"
    return item
