"""Moves of parameters as subjects of failures: `raise heat`, `cut heat`, `set mode to fast`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from controller.journal.event import Moved
from exporter.parameter import is_finite, shown

RAISE, CUT = "raise", "cut"


class Move(NamedTuple):
    """A kind of move: of a number up or down, of a choice to a value."""

    parameter: str
    direction: str

    def __str__(self) -> str:
        """Return it as people read it."""
        if self.direction in (RAISE, CUT):
            return f"{self.direction} {self.parameter}"
        return f"set {self.parameter} {self.direction}"


def move_of(moved: Moved) -> Move:
    """Return what kind of move it is."""
    if isinstance(moved.old, str) or isinstance(moved.new, str):
        return Move(moved.parameter, f"to {shown(moved.new)}")
    return Move(moved.parameter, RAISE if moved.new > moved.old else CUT)


def subjects(changes: Iterable[Moved]) -> tuple[str, ...]:
    """Return the moves of a change, each once."""
    return tuple(dict.fromkeys(str(move_of(moved)) for moved in changes))


def size_of(moved: Moved) -> float | None:
    """Return how far a number moved; None for a choice, and for what is no finite distance."""
    if isinstance(moved.old, str) or isinstance(moved.new, str):
        return None
    if not (is_finite(moved.old) and is_finite(moved.new)):
        return None
    size = abs(float(moved.new) - float(moved.old))
    return size if is_finite(size) else None
