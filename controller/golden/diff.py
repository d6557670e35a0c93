"""How an answer differs from the one that was expected, short enough to read. Pure."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from controller.golden.value import is_number, key, listed, same, shown

ROWS = 12  # of a position-by-position table


def difference(expected: Any, actual: Any) -> str:
    """Return in words how two different JSON values differ."""
    if isinstance(expected, list) and isinstance(actual, list):
        return _of_lists(expected, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _of_objects(expected, actual)
    if is_number(expected) and is_number(actual):
        return f"expected {shown(expected)}, got {shown(actual)} (off by {actual - expected:.6g})"
    return f"expected {shown(expected)}, got {shown(actual)}"


def _of_lists(expected: list[Any], actual: list[Any]) -> str:
    wanted, found = [key(item) for item in expected], [key(item) for item in actual]
    missing, extra = _without(expected, wanted, found), _without(actual, found, wanted)
    parts = [f"expected {len(expected)} items, got {len(actual)}"] if len(expected) != len(actual) else []
    parts += [f"missing {listed(missing)}"] if missing else []
    parts += [f"extra {listed(extra)}"] if extra else []
    moved = _moved(wanted, found)
    if moved:
        told = [f"{shown(expected[old])} ({old + 1} to {new + 1})" for old, new in moved]
        parts.append(f"moved {', '.join(told[:3])}" + (f" and {len(told) - 3} more" if len(told) > 3 else ""))  # noqa: PLR2004
    first = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), None)
    if first is not None:
        parts.append(f"first at {first + 1}: expected {shown(expected[first])}, got {shown(actual[first])}")
    return "; ".join(parts) or "equal"


def _without(items: list[Any], keys: list[str], others: list[str]) -> list[Any]:
    """Return the items that the other list lacks, counting those that stand several times."""
    left: dict[str, int] = {}
    for text in others:
        left[text] = left.get(text, 0) + 1
    lacking = []
    for item, text in zip(items, keys, strict=True):
        if left.get(text, 0):
            left[text] -= 1
        else:
            lacking.append(item)
    return lacking


def _moved(wanted: list[str], found: list[str]) -> list[tuple[int, int]]:
    """Return (old, new) positions, which differ, of the fewest items out of their order; none when items repeat."""
    if len(set(wanted)) != len(wanted) or len(set(found)) != len(found):
        return []
    place = {text: index for index, text in enumerate(found)}
    pairs = [(index, place[text]) for index, text in enumerate(wanted) if text in place]
    stayed = _longest_rise([new for _, new in pairs])
    return [(old, new) for index, (old, new) in enumerate(pairs) if index not in stayed and old != new]


def _longest_rise(numbers: list[int]) -> set[int]:
    """Return the indices of a longest ascending run of not necessarily neighbouring numbers."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else None)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
    found: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found


def _of_objects(expected: dict[str, Any], actual: dict[str, Any]) -> str:
    parts = [f"missing key {listed(gone)}"] if (gone := [name for name in expected if name not in actual]) else []
    parts += [f"extra key {listed(new)}"] if (new := [name for name in actual if name not in expected]) else []
    changed = [name for name in expected if name in actual and not same(expected[name], actual[name])]
    parts += [f"{name}: {difference(expected[name], actual[name])}" for name in changed[:3]]
    parts += [f"and {len(changed) - 3} more keys"] if len(changed) > 3 else []  # noqa: PLR2004 - those told
    return "; ".join(parts) or "equal"


def table(expected: list[Any], actual: list[Any], most: int = ROWS) -> list[tuple[str, str, str]]:
    """Return rows (position, expected, actual) around where two lists differ; `...` stands for equal rows left out."""
    length = max(len(expected), len(actual))

    def cell(items: list[Any], index: int) -> str:
        return shown(items[index]) if index < len(items) else "-"

    def equal(index: int) -> bool:
        return index < min(len(expected), len(actual)) and same(expected[index], actual[index])

    rows: list[tuple[str, str, str]] = []
    for index in range(length):
        if equal(index) and not any(0 <= i < length and not equal(i) for i in (index - 1, index + 1)):
            if not rows or rows[-1][0] != "...":
                rows.append(("...", "", ""))
        elif len(rows) >= most:
            rows.append((f"{index + 1}-{length}", "left out", "left out"))
            break
        else:
            rows.append((str(index + 1), cell(expected, index), cell(actual, index)))
    return rows
