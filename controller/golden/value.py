"""JSON values: which values are one, how equal and how near two of them are, and how one reads in a message. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

MOST_VALUES = 200_000
MOST_DEPTH = 60
_SHOWN = 40


def check_plain(value: object) -> None:
    """Refuse what JSON cannot carry, and what is too much of it. Raises ValueError with what to do."""
    left = MOST_VALUES

    def walk(found: object, depth: int) -> None:
        nonlocal left
        left -= 1
        if left < 0 or depth > MOST_DEPTH:
            raise ValueError(f"more than {MOST_VALUES:,} values, or nested deeper than {MOST_DEPTH}: make it smaller")
        if isinstance(found, dict):
            for key, item in found.items():
                if not isinstance(key, str):
                    raise ValueError(f"key {key!r} is no text: put it in quotes")  # noqa: TRY004 - pydantic's rule
                walk(item, depth + 1)
        elif isinstance(found, list):
            for item in found:
                walk(item, depth + 1)
        elif isinstance(found, float) and not math.isfinite(found):
            raise ValueError(f"{found} is no JSON number")
        elif found is not None and not isinstance(found, (str, int, float)):
            raise ValueError(f"{found} is a {type(found).__name__}, which JSON does not know: put it in quotes")

    walk(value, 0)


def same(left: object, right: object) -> bool:
    """Whether two JSON values are equal; 1 is 1.0, and true is not 1."""
    return _alike(left, right, lambda a, b: a == b)


def near(left: object, right: object, within: float) -> bool:
    """Whether two JSON values are equal but for numbers that differ by at most `within`."""
    return _alike(left, right, lambda a, b: abs(a - b) <= within)


def _alike(left: object, right: object, numbers: Callable[[float, float], bool]) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[key], right[key], numbers) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(_alike(a, b, numbers) for a, b in zip(left, right, strict=True))
    if is_number(left) and is_number(right):
        return numbers(left, right)  # type: ignore[arg-type]  # both are numbers
    return type(left) is type(right) and left == right


def is_number(value: object) -> bool:
    """Whether a JSON value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def holds(items: list[Any], item: object) -> bool:
    """Whether a JSON value is one of some."""
    if isinstance(item, str):
        return item in items
    return any(same(item, other) for other in items)


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces. Raises ValueError for NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def key(value: object) -> str:
    """Return a text that is one for equal values: 1 and 1.0 have the same, 1 and true do not."""
    return canonical(_whole(value))


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def shown(value: object, most: int = _SHOWN) -> str:
    """Return a value for a message: a short text as it is, anything else as JSON, cut where it gets long."""
    plain = isinstance(value, str) and value.isprintable() and value == value.strip() and value != ""
    text = value if plain else json.dumps(value, default=str, ensure_ascii=False)
    assert isinstance(text, str)  # noqa: S101 - both branches are texts
    return text if len(text) <= most else f"{text[: most - 1]}…"


def printable(text: str) -> str:
    """Return a text of somebody's on one line, without what could steer a terminal."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in text).strip()


def listed(values: list[Any], most: int = 5) -> str:
    """Return the first few of some values, and how many more there are."""
    head = ", ".join(shown(value) for value in values[:most])
    return head if len(values) <= most else f"{head} and {len(values) - most} more"
