"""Raw results and their JSON, and the figures that the page shows, each with its Monte-Carlo standard error."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.drift.journal import BREAKS
from benchmarks.drift.run import HEALTHY_DAYS, Done
from benchmarks.drift.seeds import SeedSet

YEAR = 365.0
Raw = dict[str, Any]
"""What stands in the JSON file."""


def collect(seed_set: SeedSet, done: Iterable[Done]) -> Raw:
    """Return the raw results of all jobs."""
    found: Raw = {"seed_set": str(seed_set), "quiet": {}, "shifted": {}, "journal": {}}
    for one in done:
        job = one.job
        if job.kind == "journal":
            case = found["journal"].setdefault(job.case, {}).setdefault(f"{job.cadence:g}", [])
            case.append({"plant": job.plant, "seed": job.seed, "pauses": [list(pause) for pause in one.paused]})
            continue
        for seen in one.seen:
            case = found[job.kind].setdefault(job.case, {}).setdefault(seen.detector, [])
            case.append(seen.alarms if job.kind == "quiet" else seen.delay)
    return found


def dump(raw: Raw, path: Path) -> None:
    """Write raw results."""
    path.write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Raw:
    """Read raw results."""
    found: Raw = json.loads(path.read_text(encoding="utf-8"))
    return found


def alarms(counts: Sequence[int]) -> str:
    """Return the mean number of false alarms with its standard error."""
    values = np.array(counts, dtype=float)
    error = values.std(ddof=1) / math.sqrt(values.size) if values.size > 1 else math.nan
    return f"{values.mean():.2f} ± {error:.2f}"


def delays(found: Sequence[int | None]) -> str:
    """Return the share that was found within a week and the median hours that it took, of those found."""
    known = [hours for hours in found if hours is not None]
    return f"{len(known) / len(found):.0%}" + (f" @ {median(known):.0f} h" if known else "")


def share_error(count: int) -> float:
    """Return the largest standard error of a share of so many."""
    return 0.5 / math.sqrt(count)


def pauses(runs: Sequence[Raw]) -> tuple[float, float, dict[str, int]]:
    """Return pauses per year of healthy autopilots, its standard error (Poisson), and their causes."""
    causes: dict[str, int] = {}
    for run in runs:
        for _, cause in run["pauses"]:
            causes[cause] = causes.get(cause, 0) + 1
    years, total = len(runs) * HEALTHY_DAYS / YEAR, sum(causes.values())
    return total / years, math.sqrt(max(total, 1)) / years, causes


def noticed(runs: Sequence[Raw]) -> tuple[int, float]:
    """Return how many broken autopilots were paused after they broke, and after how many days in the median."""
    first = [min((day - BREAKS for day, _ in run["pauses"] if day >= BREAKS), default=None) for run in runs]
    known = [days for days in first if days is not None]
    return len(known), median(known) if known else math.nan
