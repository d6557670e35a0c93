"""What a judge answered to a family, counted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.canary.build import STEP
from controller.model import Floats, Verdict

End = tuple[Verdict, int | None]  # verdict, and the index of the last point it needed
_Z: Final = 1.96


def minute(point: float) -> float:
    """Return how many minutes of canary it takes to have the point of that index."""
    return (point + 1) * STEP / 60


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """Share between 0 and 1; NaN of none."""
        return self.hits / self.of if self.of else math.nan

    @property
    def error(self) -> float:
        """Monte-Carlo standard error sqrt(p (1 - p) / n)."""
        return math.sqrt(self.rate * (1 - self.rate) / self.of) if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval: like the standard error's, but not of width 0 where nothing or all was hit."""
        if not self.of:
            return math.nan, math.nan
        shrink = 1 + _Z**2 / self.of
        centre = (self.rate + _Z**2 / (2 * self.of)) / shrink
        half = _Z / shrink * math.sqrt(self.rate * (1 - self.rate) / self.of + _Z**2 / (4 * self.of**2))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class Tally:
    """A judge's answers to a family.

    Attributes:
        family: its name.
        judge: the judge's name.
        ends: how many cases ended that way.
        seconds: of computation over all cases.
    """

    family: str
    judge: str
    ends: Mapping[End, int]
    seconds: float

    @property
    def runs(self) -> int:
        """Cases that were judged."""
        return sum(self.ends.values())

    @property
    def milliseconds(self) -> float:
        """Computation per case."""
        return 1e3 * self.seconds / self.runs

    def share(self, *verdicts: Verdict) -> Share:
        """Return how often these verdicts were given."""
        return Share(sum(count for (verdict, _), count in self.ends.items() if verdict in verdicts), self.runs)

    def minutes(self, *verdicts: Verdict) -> Floats:
        """Return the minute of each of these verdicts, ascending; shape [verdicts given]."""
        points = [(point, n) for (verdict, point), n in self.ends.items() if verdict in verdicts and point is not None]
        return np.sort(np.repeat([minute(point) for point, _ in points], [n for _, n in points]).astype(np.float64))

    def median_minute(self, *verdicts: Verdict) -> float:
        """Return the median minute of these verdicts; NaN where none was given."""
        minutes = self.minutes(*verdicts)
        return float(np.median(minutes)) if minutes.size else math.nan
