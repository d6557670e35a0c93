"""Everything that one triage found. Times are unix seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from controller.counted import counted
from controller.triage.correlate import Correlations
from controller.triage.failure import Failure
from controller.triage.follow import Followed
from controller.triage.kinds import Category
from controller.triage.pattern import Pattern
from controller.triage.suggestion import Suggestion


@dataclass(frozen=True)
class Finding:
    """A pattern, and what to change because of it."""

    pattern: Pattern
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Report:
    """One triage.

    Attributes:
        service: the piloted service.
        since, until: the period.
        cycles: how many cycles ended in it.
        failures: what failed in it, the oldest first.
        findings: its patterns, the most frequent first, with suggestions.
        of_times: suggestions about when cycles run.
        correlations: with what failures go, over a longer period.
        followed: what became of what earlier triages reported.
        apply_above: the confidence above which bounds are adjusted by themselves.
        notes: what could not be looked at.
    """

    service: str
    since: float
    until: float
    cycles: int
    failures: tuple[Failure, ...]
    findings: tuple[Finding, ...]
    of_times: tuple[Suggestion, ...]
    correlations: Correlations
    followed: tuple[Followed, ...]
    apply_above: float
    notes: tuple[str, ...] = ()

    @property
    def by_category(self) -> dict[Category, int]:
        """How many failures of each category there are."""
        counts = Counter(failure.kind.category for failure in self.failures)
        return {category: counts[category] for category in Category}

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns, the most frequent first."""
        return tuple(finding.pattern for finding in self.findings)

    def sure(self, above: float) -> Iterator[tuple[Pattern, Suggestion]]:
        """Yield the suggestions about patterns whose confidence lies above a limit."""
        for finding in self.findings:
            for one in finding.suggestions:
                if one.confidence > above:
                    yield finding.pattern, one

    @property
    def line(self) -> str:
        """The report in a line."""
        suggested = sum(len(finding.suggestions) for finding in self.findings) + len(self.of_times)
        found = f"{counted(len(self.failures), 'failure')}, {counted(self.cycles, 'cycle')}"
        return f"{found}, {counted(len(self.findings), 'pattern')}, {counted(suggested, 'suggestion')}"
