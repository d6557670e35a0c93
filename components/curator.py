"""The curator: has an LLM judge a sample of slates and applies its better suggestions, within a budget.

It is frugal: the more of the budget is spent, the larger a gain must be to be worth a token. With three reviews a
second the budget settles near 40 % used, moves within tens of seconds, and stays well under 90 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from components.budget import TokenBucket
from components.reporter import CuratorReporter, ReviewOutcome

REVIEWS_PER_SECOND: Final = 3.0
_CAPACITY: Final = 24.0
_REFILL: Final = 0.9
_LEAST_GAIN: Final = 0.5


@dataclass(frozen=True)
class Slate:
    """One selection under review: its arm and its videos, best first."""

    arm: str
    videos: tuple[str, ...]


def prompt(slate: Slate) -> str:
    """Return what the LLM is asked about a slate."""
    return (
        "Rate from 0 to 1 how much viewers would gain if this slate were reordered. "
        f'Answer with JSON like {{"gain": 0.4}}. Slate: {", ".join(slate.videos)}'
    )


class Curator:
    """Decides about reviewed slates; the clock is an argument."""

    def __init__(self, reporter: CuratorReporter, now: float) -> None:
        self._bucket = TokenBucket(_CAPACITY, _REFILL, now)
        self._reporter = reporter

    def decide(self, gain: float | None, now: float) -> ReviewOutcome:
        """Apply or keep a slate, given the gain that the LLM expects (0..1), or None when it gave no answer."""
        outcome = self._outcome(gain, now)
        self._reporter.reviewed(outcome)
        return outcome

    def _outcome(self, gain: float | None, now: float) -> ReviewOutcome:
        if gain is None:
            return "llm_failed"
        if gain <= _LEAST_GAIN + (1.0 - _LEAST_GAIN) * self._bucket.used(now):
            return "kept"
        return "applied" if self._bucket.take(now) else "no_budget"

    def report(self, now: float) -> None:
        """Report how much of the budget is spent."""
        self._reporter.budget(self._bucket.used(now))
