"""What a check found: a state, what it is in numbers, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mark(StrEnum):
    """How good a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One line of `doctor` or `validate`.

    Attributes:
        check: its name, as in the table of docs/setup.md.
        mark: how good it is.
        found: what there is, with numbers.
        advice: what to do; empty when there is nothing to do.
        figures: the same for programs.
    """

    check: str
    mark: Mark
    found: str
    advice: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Teller:
    """Makes the findings of one check."""

    check: str

    def ok(self, found: str, **figures: Any) -> Finding:
        """Return that all is well."""
        return Finding(self.check, Mark.OK, found, figures=figures)

    def warn(self, found: str, advice: str, **figures: Any) -> Finding:
        """Return what works, but not well."""
        return Finding(self.check, Mark.WARN, found, advice, figures)

    def fail(self, found: str, advice: str, **figures: Any) -> Finding:
        """Return what does not work."""
        return Finding(self.check, Mark.FAIL, found, advice, figures)

    def skipped(self, found: str, advice: str = "") -> Finding:
        """Return that there is nothing to look at, and why."""
        return Finding(self.check, Mark.SKIPPED, found, advice)


def worst(findings: Iterable[Finding]) -> Mark:
    """Return the worst mark; ok when there is none."""
    marks = {finding.mark for finding in findings}
    return next((mark for mark in (Mark.FAIL, Mark.WARN) if mark in marks), Mark.OK)


def tally(findings: Iterable[Finding]) -> str:
    """Return how many there are of each mark, in words."""
    marks = [finding.mark for finding in findings]
    return ", ".join(f"{marks.count(mark)} {mark}" for mark in Mark if mark in marks)
