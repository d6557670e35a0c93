"""Which lines and branches of the selection code the cases reach; for a Python callable only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FileCoverage:
    """What the cases reach of one file of the callable's package; lines count from 1."""

    path: str
    lines: int
    unreached: tuple[int, ...]
    branches: int
    branches_missed: tuple[tuple[int, int], ...]

    @property
    def share(self) -> float:
        """The share of lines that run, 0 to 1."""
        return 1.0 if self.lines == 0 else 1 - len(self.unreached) / self.lines


def read_coverage(report: Path) -> tuple[FileCoverage, ...]:
    """Return what a report of the coverage library says, least covered first; empty when there is no report."""
    try:
        found: dict[str, Any] = json.loads(report.read_bytes())["files"]
    except (OSError, ValueError, KeyError):
        return ()
    files = [
        FileCoverage(
            path,
            int(item["summary"]["num_statements"]),
            tuple(item["missing_lines"]),
            int(item["summary"]["num_branches"]),
            tuple((int(start), int(end)) for start, end in item["missing_branches"]),
        )
        for path, item in found.items()
        if item["summary"]["num_statements"]
    ]
    return tuple(sorted(files, key=lambda file: (file.share, file.path)))


def ranges(lines: tuple[int, ...]) -> str:
    """Return line numbers as ranges: 3-5, 9."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(str(start) if start == end else f"{start}-{end}" for start, end in found)
