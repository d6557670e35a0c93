"""A number of things in words. Pure."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and the name of what is counted: 1 case, 2 cases; `many` where a plural takes more than an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
