"""How a parameter went over time: its values in force, and what became of the canaries that moved it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from controller.history.entry import IN_FORCE, Entry
from exporter.parameter import Value


@dataclass(frozen=True)
class Trend:
    """One parameter's course.

    Attributes:
        parameter: its name.
        values: what was in force, each with since when (unix seconds), oldest first; the first is the one before.
        changes: how often the value in force changed.
        canaries: how the canaries that moved it ended, by outcome.
        rollbacks: how often an operator brought an earlier value back.
        deployments: how often an operator put a value in force without a canary.
    """

    parameter: str
    values: tuple[tuple[float, Value], ...]
    changes: int
    canaries: dict[str, int]
    rollbacks: int
    deployments: int

    @property
    def net(self) -> float | None:
        """Last minus first value; None for what is no number, or when nothing is known."""
        if not self.values:
            return None
        first, last = self.values[0][1], self.values[-1][1]
        return None if isinstance(first, str) or isinstance(last, str) else float(last) - float(first)

    @property
    def direction(self) -> str:
        """`up`, `down`, `back and forth` when it moved and came back, `steady` when it never moved, or `switched`."""
        if not self.changes:
            return "steady"
        if self.net is None:
            return "switched"
        return "up" if self.net > 0 else "down" if self.net < 0 else "back and forth"


@dataclass
class _Course:
    values: list[tuple[float, Value]] = field(default_factory=list)
    canaries: dict[int, str] = field(default_factory=dict)
    rollbacks: int = 0
    deployments: int = 0

    def trend(self, name: str) -> Trend:
        changes = max(0, len(self.values) - 1)
        counts = dict(Counter(self.canaries.values()).most_common())
        return Trend(name, tuple(self.values), changes, counts, self.rollbacks, self.deployments)


def trends(entries: Iterable[Entry], names: Iterable[str] = ()) -> tuple[Trend, ...]:
    """Return the course of some parameters, of all when none is named; `entries` are oldest first.

    A canary that is under way counts as `under way`.
    """
    wanted = frozenset(names)
    courses: dict[str, _Course] = {}
    for entry in entries:
        if entry.cause in IN_FORCE:
            for name, value in entry.values.items():
                if not wanted or name in wanted:
                    _value(courses.setdefault(name, _Course()), entry, name, value)
        if entry.cycle is not None and entry.cause in ("canary", "promoted", "kept"):
            for move in entry.tried:
                if not wanted or move.parameter in wanted:
                    canaries = courses.setdefault(move.parameter, _Course()).canaries
                    canaries[entry.cycle] = entry.outcome or "under way"
    return tuple(course.trend(name) for name, course in courses.items())


def _value(course: _Course, entry: Entry, name: str, value: Value) -> None:
    moved = next((move for move in entry.changes if move.parameter == name), None)
    if not course.values and moved is not None:
        course.values.append((entry.at, moved.old))
    if not course.values or course.values[-1][1] != value:
        course.values.append((entry.at, value))
    if moved is not None:
        course.rollbacks += entry.cause == "rolled_back"
        course.deployments += entry.cause == "deployed"
