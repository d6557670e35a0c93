"""The items that a condition names: a list, or `key.field` for a field of every item of a list in the input. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def items(named: list[Any] | str, given: Mapping[str, Any]) -> list[Any]:
    """Return the items. Raises ValueError when the input has no such list or field."""
    if not isinstance(named, str):
        return named
    key, _, field = named.partition(".")
    found = given.get(key)
    if not isinstance(found, list):
        raise ValueError(f"{named!r}: the input has no list {key!r}; write a list of items, or key.field")  # noqa: TRY004 - a wrong file
    if not field:
        return found
    missing = next((item for item in found if not isinstance(item, dict) or field not in item), None)
    if missing is not None:
        raise ValueError(f"{named!r}: an item of {key!r} has no {field!r}: {str(missing)[:60]}")
    return [item[field] for item in found]
