"""Whole numbers: a parameter that has no others is bounded by whole numbers too."""

from __future__ import annotations

import math
from collections.abc import Iterable


def broken(ends: Iterable[float]) -> str | None:
    """Return which of some finite bounds is no whole number, and what would do; None when all are whole."""
    for end in ends:
        if not float(end).is_integer():
            return (
                f"{float(end)!r} cannot bound a parameter of kind int, whose values are whole numbers: write "
                f"{math.floor(end)} or {math.ceil(end)}"
            )
    return None
