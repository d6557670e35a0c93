"""The scheduled job `upkeep`: brings history's index up to date, compresses old days, removes what is too old.

What is removed does not come back, and the index, by which it is old, is a cache that may be damaged: so the index is
held against the whole journal first. While they differ nothing is removed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from controller.adapters.history import History
from controller.config.history import HistorySection
from controller.counted import counted
from controller.errors import AutopilotError
from controller.history.compress import Done, alone, carry_out
from controller.history.follow import UPKEEP
from controller.history.index import NAME, Index
from controller.history.index_check import wrong
from controller.history.retention import Plan, needed, plan
from controller.journal.state import State
from controller.journal.store import Journal
from controller.ports import JobResult
from exporter.seconds import DAY

AHEAD = DAY
"""Seconds that the clock may be ahead of the journal's last event, or of the run before, to remove by it."""


def planned(
    folder: Path, journal: Journal, section: HistorySection, *, state: State, live: str | None, now: float
) -> Plan:
    """Return what upkeep would do at unix time `now`.

    Args:
        folder: of history; the index stands beside it.
        journal: the journal.
        section: how long versions are kept.
        state: what the journal says.
        live: the version in the live file, None when there is none.
        now: unix seconds; a clock that is far ahead of the journal, or of the run before this one, compresses, but
            removes nothing.

    Raises:
        StorageError, IntegrityError: the journal cannot be read.
    """
    path = folder.parent / NAME
    with Index(journal, path) as index:
        used = index.last_used()
    before = state.jobs.get(UPKEEP)
    known = state.last_at if before is None else min(state.last_at, before.at)  # after a jump, events have its time too
    found = plan(History(folder), section, needed(state, live), used, now, sure=known + AHEAD)
    if found.removed:
        with Index(journal, None) as fresh:
            if problems := wrong(journal, path, fresh):
                return replace(found, removed={}, refused="; ".join(problems))
    return found


def upkeep(
    folder: Path, journal: Journal, section: HistorySection, *, state: State, live: str | None, now: float
) -> JobResult:
    """Do it, and say how it ended; arguments as for `planned`."""
    try:
        with alone(History(folder)):
            found = planned(folder, journal, section, state=state, live=live, now=now)
            done = carry_out(History(folder), found)
    except AutopilotError as error:
        return JobResult(ok=False, text=str(error))
    details: dict[str, str | float | int | bool | None] = {
        "days": done.days,
        "versions": done.files,
        "bytes_saved": done.saved,
        "archives_removed": done.removed,
        "damaged": len(done.problems),
    }
    if done.removed:
        details["removed_before"] = found.before
    return JobResult(ok=not done.problems and not found.refused, text=_text(done, found.refused), details=details)


def _text(done: Done, refused: str) -> str:
    parts = []
    if done.files:
        files = f"{counted(done.files, 'version')} of {counted(done.days, 'day')}"
        parts.append(f"compressed {files}, {done.saved / 1024:.0f} KiB saved")
    if done.removed:
        parts.append(f"removed {counted(done.removed, 'old archive')}")
    if refused:
        parts.append(f"removed no archive: {refused}")
    if done.problems:
        parts.append(f"left {counted(len(done.problems), 'damaged file')} alone: {done.problems[0]}")
    return "; ".join(parts) or "nothing to do: no version is old enough"
