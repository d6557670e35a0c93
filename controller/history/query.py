"""What a page of history may be asked for, and the page."""

from __future__ import annotations

from dataclasses import dataclass

from controller.history.entry import Entry


@dataclass(frozen=True)
class Query:
    """Which entries; None and empty ask for nothing.

    Attributes:
        parameter: that a change moved, or a canary tried to move.
        actor: who caused it.
        causes: how the version came into force.
        outcome: how the cycle ended.
        cycle: its number.
        since, until: unix seconds, both inclusive.
        text: stands anywhere in what people wrote or read, whatever its case.
        version: the beginning of a version's hash.
    """

    parameter: str | None = None
    actor: str | None = None
    causes: tuple[str, ...] = ()
    outcome: str | None = None
    cycle: int | None = None
    since: float | None = None
    until: float | None = None
    text: str | None = None
    version: str | None = None

    def condition(self) -> tuple[str, list[object]]:
        """Return the condition in SQL, and what stands for its question marks."""
        asked: list[tuple[str, object]] = [
            ("seq IN (SELECT seq FROM moves WHERE parameter = ?)", self.parameter),
            ("actor = ?", self.actor),
            ("outcome = ?", self.outcome),
            ("cycle = ?", self.cycle),
            ("at >= ?", self.since),
            ("at <= ?", self.until),
            ("instr(text, ?) > 0", self.text.casefold() if self.text else None),
        ]
        parts = [sql for sql, value in asked if value is not None]
        values = [value for _, value in asked if value is not None]
        if self.causes:
            parts.append(f"cause IN ({', '.join('?' * len(self.causes))})")
            values += self.causes
        if self.version:
            parts.append("version >= ? AND version < ?")
            values += [self.version, self.version + "g"]  # after every hex digit
        return (" AND ".join(parts) or "1"), values


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, of `total` that were asked for; `number` counts from 1, `size` is at most."""

    entries: tuple[Entry, ...]
    total: int
    number: int
    size: int

    @property
    def count(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))
