"""What others wrote, shown so that it can neither flood nor steer a terminal."""

from __future__ import annotations

import math

LONG = 120  # characters after which a text is cut


def plain(text: str, longest: int | None = None, *, keep: str = "") -> str:
    """Return a text on one line: what is not printable (control characters, bidi marks, lone surrogates) is escaped.

    The characters in `keep` stay as they are.
    """
    shown = text if longest is None or len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"
    if shown.isprintable():
        return shown
    return "".join(char if char.isprintable() or char in keep else _escaped(char) for char in shown)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def shown(value: object) -> str:  # noqa: PLR0911 - one line per type that JSON has
    """Return a JSON value as an error names it: short, and never a whole list or object."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{plain(value, LONG)}"'
        case int() if abs(value) >= 10**18:
            return "a number of more than 18 digits"
        case int():
            return f"{value}"
        case float():
            return "NaN" if math.isnan(value) else f"{value:g}".replace("inf", "Infinity")
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "an object"
        case _:
            return type(value).__name__
