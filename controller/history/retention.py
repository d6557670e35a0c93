"""What retention asks for: days to compress, archives to remove. Nothing is changed here.

A version that is in force, or that the journal's state needs, stays a file of its own however old it is. An archive is
removed as a whole, when nothing in it was in force for long enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from controller.adapters import archive
from controller.adapters.history import History, is_version_file
from controller.config.history import HistorySection
from controller.counted import counted
from controller.errors import IntegrityError
from controller.journal.event_ops import RollbackRequested
from controller.journal.state import State
from exporter.seconds import DAY


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        days: files to compress, by day.
        removed: archives to remove, each with how many versions it holds.
        before: versions that were in force last before this time may be removed, unix seconds; 0 for none.
        problems: what is left alone because it is damaged.
        refused: why archives that seem old enough stay; empty when they do not.
    """

    days: Mapping[str, tuple[Path, ...]]
    removed: Mapping[Path, int]
    before: float
    problems: tuple[str, ...]
    refused: str = ""

    @property
    def files(self) -> int:
        """How many files are to be compressed."""
        return sum(map(len, self.days.values()))

    @property
    def text(self) -> str:
        """The plan as people read it."""
        parts = []
        if self.days:
            first, last = min(self.days), max(self.days)
            span = first if first == last else f"{len(self.days)} days from {first} to {last}"
            parts.append(f"compress {counted(self.files, 'version')} of {span}")
        if self.removed:
            held = sum(self.removed.values())
            parts.append(f"remove {counted(len(self.removed), 'archive')} with {counted(held, 'version')} for good")
        if self.refused:
            parts.append(f"remove no archive: {self.refused}")
        return " and ".join(parts) or "change nothing: no version is old enough"


def needed(state: State, live: str | None) -> frozenset[str]:
    """Return the versions that stay files: in the live file, in force, in the canary, and asked for."""
    canary = state.cycle.canary if state.cycle else None
    wanted = (one.payload.version for one in state.wanted if isinstance(one.payload, RollbackRequested))
    return frozenset({live or "", state.version, canary.version if canary else "", *wanted} - {""})


def plan(
    history: History,
    section: HistorySection,
    stay: frozenset[str],
    used: Mapping[str, float],
    now: float,
    *,
    sure: float | None = None,
) -> Plan:
    """Return what is to be done at unix time `now`.

    Args:
        history: the folder.
        section: how long versions are kept.
        stay: versions that stay files.
        used: until when each version was in force last, unix seconds, as far as the journal knows.
        now: unix seconds.
        sure: the time that it is at least, unix seconds: nothing is removed for good by a later one; `now` by default.
    """
    days = {day.name: _old_files(day, stay) for day in history.days() if _end(day.name) <= now - section.keep}
    removed: dict[Path, int] = {}
    problems: list[str] = []
    before = 0.0 if section.archive == "forever" else min(now, now if sure is None else sure) - section.archive
    for path in history.archives():
        day = archive.day_of(path)
        if day is None or _end(day) > before:
            continue
        try:
            versions = [Path(name).stem for name in archive.unpack(path)]
        except IntegrityError as error:
            problems.append(str(error))
            continue
        if all(used.get(version, 0.0) < before and version not in stay for version in versions):
            removed[path] = len(versions)
    return Plan({day: files for day, files in days.items() if files}, removed, before, tuple(problems))


def _old_files(day: Path, stay: frozenset[str]) -> tuple[Path, ...]:
    return tuple(path for path in sorted(day.glob("*.json")) if is_version_file(path) and path.stem not in stay)


def _end(day: str) -> float:
    """Return when a day ends, unix seconds; never for a date that there is not."""
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() + DAY
    except ValueError:
        return float("inf")
