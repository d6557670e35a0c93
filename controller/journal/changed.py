"""`dataclasses.replace` at a tenth of its price, for the fold: it changes a few of many fields, event after event."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Value = TypeVar("Value", bound="DataclassInstance")


def replace(value: Value, **changes: Any) -> Value:
    """Return a copy of a frozen dataclass with some fields changed; a class that checks itself is checked again.

    Raises:
        TypeError: there is no such field.
    """
    known = getattr(value, "__dict__", None)
    if known is None or hasattr(value, "__post_init__"):
        return dataclasses.replace(value, **changes)
    fields = known | changes
    if len(fields) != len(known):
        return dataclasses.replace(value, **changes)  # which says what is wrong
    copy = object.__new__(type(value))
    object.__setattr__(copy, "__dict__", fields)
    return copy
