"""How an act fails: with what was seen instead of what it promises."""

from __future__ import annotations


class ActFailedError(Exception):
    """An act did not show what it promises; the text says what was seen instead."""


def require(truth: object, seen: str) -> None:
    """Fail the act unless something holds. Raises ActFailedError saying what was seen."""
    if not truth:
        raise ActFailedError(seen)
