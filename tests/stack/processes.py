"""Processes as /proc shows them: who belongs to whom, who names a folder, who still runs."""

from __future__ import annotations

import contextlib
from pathlib import Path


def family(pid: int) -> set[tuple[int, str]]:
    """Return a process and all below it, as pid and start time, so that a recycled pid is another process."""
    parents: dict[int, int] = {}
    begun: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            parents[int(path.parent.name)], begun[int(path.parent.name)] = int(fields[1]), fields[19]
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return {(one, begun[one]) for one in found if one in begun}


def naming(folder: Path) -> list[str]:
    """Return the command lines of processes that name a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line:
                found.append(line)
    return found


def alive(found: set[tuple[int, str]]) -> list[int]:
    """Return the pids of those that still run."""
    return [pid for pid, begun in found if (pid, begun) in family(pid)]
