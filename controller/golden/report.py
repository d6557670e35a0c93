"""What came of a run of golden cases, and how it reads in few words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from exporter.parameters import Values

Outcome = Literal["passed", "failed", "error", "skipped"]
MOST_FAILURES = 10
LONGEST_FAILURE = 400  # characters
_MORE = re.compile(r"and (\d+) more")


@dataclass(frozen=True)
class Result:
    """What came of one case.

    Attributes:
        name: the case.
        file: where it stands.
        outcome: `failed` when an answer was not as expected, `error` when there was no answer, `skipped` when it was
            never asked.
        faults: everything that is wrong; empty when it passed.
        values: the values of all parameters with which it was asked.
        answer: what was answered first; None also when nothing was.
        answered: whether there was an answer.
        seconds: the quickest of its runs; one of an earlier day when it is cached.
        cached: whether every answer came from the cache.
    """

    name: str
    file: str
    outcome: Outcome
    faults: tuple[str, ...]
    values: Values
    answer: Any = None
    answered: bool = False
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True)
class Report:
    """What came of all cases.

    Attributes:
        results: one per case, in the order of the files.
        subject: who answered, in words.
        seconds: from the first to the last moment.
        unavailable: why nobody answers, None when somebody does.
        warnings: what does not make a case fail, but should be known.
    """

    results: tuple[Result, ...]
    subject: str
    seconds: float
    unavailable: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every case passed; a run without cases proves nothing."""
        return bool(self.results) and self.unavailable is None and not self.failing

    @property
    def failing(self) -> tuple[Result, ...]:
        """The cases that did not pass."""
        return tuple(result for result in self.results if result.outcome != "passed")

    @property
    def cached(self) -> int:
        """How many cases were answered by the cache alone."""
        return sum(result.cached for result in self.results)

    def count(self, outcome: Outcome) -> int:
        """Return how many cases ended so."""
        return sum(result.outcome == outcome for result in self.results)


def failures(report: Report) -> tuple[str, ...]:
    """Return what did not pass as a few short texts, bounded whatever the subject said; empty when all passed."""
    if report.unavailable is not None:
        return (_cut(f"nobody answers the cases: {report.unavailable}"),)
    told = [f"{result.name}: {'; '.join(result.faults)}" for result in report.failing]
    more = len(told) - MOST_FAILURES
    return (*map(_cut, told[:MOST_FAILURES]), *((f"and {more} more",) if more > 0 else ()))


def failed_count(told: Sequence[str]) -> int:
    """Return how many cases failed, by what `failures` told of them."""
    more = _MORE.fullmatch(told[-1]) if told else None
    return len(told) if more is None else len(told) - 1 + int(more[1])


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_FAILURE else f"{line[: LONGEST_FAILURE - 1]}…"
