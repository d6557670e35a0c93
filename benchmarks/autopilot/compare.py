"""Ours against another on the same seeds: the mean difference and its standard error, and who is as safe as whom."""

from __future__ import annotations

from typing import Final

from benchmarks.autopilot.results import Score
from controller.trials.simulation.summary import Figure, figure

SAFETY: Final = ("unsafe_canaries", "unsafe_promotions", "unsafe_hours")
BEYOND: Final = 2.0  # standard errors


def difference(ours: Score, other: Score, name: str) -> Figure:
    """Return ours minus the other's, over the seeds where both have the figure."""
    theirs = dict(zip(other.seeds, other.figures[name], strict=True))
    pairs = [(mine, theirs.get(seed)) for seed, mine in zip(ours.seeds, ours.figures[name], strict=True)]
    return figure([mine - their for mine, their in pairs if mine is not None and their is not None])


def beyond(found: Figure) -> bool:
    """Whether a mean difference is above 0 by more than chance."""
    return found.mean is not None and found.mean > BEYOND * (found.se or 0.0)


def as_safe(ours: Score, other: Score) -> bool:
    """Whether the other is in no respect less safe than ours by more than `BEYOND` standard errors."""
    return not any(beyond(difference(other, ours, name)) for name in SAFETY)
