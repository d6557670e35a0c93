"""What an earlier run of golden cases said, and what is different now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.adapters.atomic import write_atomic
from controller.errors import ConfigError
from controller.golden.diff import difference
from controller.golden.report import Report, Result
from controller.golden.value import same

FORMAT = 1
FACTOR = 2.0
LEAST_SLOWDOWN = 0.02  # seconds: below it a factor is noise


@dataclass(frozen=True)
class Slower:
    """A case that takes clearly longer than it did; seconds."""

    name: str
    before: float
    now: float


@dataclass(frozen=True)
class Changes:
    """What is different from a baseline; names of cases, for `answers` with how they differ."""

    failing: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    slower: tuple[Slower, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is."""
        return bool(self.failing or self.passing or self.answers or self.slower or self.new or self.gone)


def save_baseline(path: Path, report: Report) -> None:
    """Write what a run said. Raises StorageError."""
    cases = {result.name: _entry(result) for result in report.results}
    text = json.dumps({"format": FORMAT, "subject": report.subject, "cases": cases}, indent=1)
    write_atomic(path, text.encode() + b"\n")


def _entry(result: Result) -> dict[str, Any]:
    entry = {"outcome": result.outcome, "seconds": round(result.seconds, 6)}
    return {**entry, "answer": result.answer} if result.answered else entry


def read_baseline(path: Path) -> dict[str, dict[str, Any]]:
    """Return a baseline's cases by name. Raises ConfigError when it cannot be read or is none."""
    try:
        return _cases(json.loads(path.read_bytes()))
    except OSError as error:
        why = f"cannot read the baseline {path}: {error.strerror}"
        raise ConfigError(f"{why}; write one with --save-baseline") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ConfigError(f"{path} is no baseline of golden cases: {error}; write one with --save-baseline") from None


def _cases(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if found["format"] != FORMAT:
        raise ValueError(f"format {found['format']!r} is not {FORMAT}")
    return {
        str(name): {**entry, "outcome": str(entry["outcome"]), "seconds": float(entry["seconds"])}
        for name, entry in found["cases"].items()
    }


def changes(before: dict[str, dict[str, Any]], report: Report, factor: float = FACTOR) -> Changes:
    """Return what is different from a baseline; slower by less than `factor` or 20 ms is not."""
    known = [(result, before[result.name]) for result in report.results if result.name in before]
    now = {result.name for result in report.results}
    return Changes(
        failing=tuple(r.name for r, old in known if old["outcome"] == "passed" and r.outcome != "passed"),
        passing=tuple(r.name for r, old in known if old["outcome"] != "passed" and r.outcome == "passed"),
        answers=tuple(
            (r.name, difference(old["answer"], r.answer))
            for r, old in known
            if r.answered and "answer" in old and not same(old["answer"], r.answer)
        ),
        slower=tuple(
            Slower(r.name, old["seconds"], r.seconds)
            for r, old in known
            if not r.cached and r.seconds > max(factor * old["seconds"], old["seconds"] + LEAST_SLOWDOWN)
        ),
        new=tuple(result.name for result in report.results if result.name not in before),
        gone=tuple(name for name in before if name not in now),
    )
