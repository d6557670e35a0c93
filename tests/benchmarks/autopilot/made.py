"""Scores with chosen figures."""

from __future__ import annotations

from benchmarks.autopilot.results import Results, Score
from benchmarks.autopilot.seeds import SeedSet
from controller.trials.simulation.summary import FIGURES


def score(proposer: str, regret: list[float | None], *, case: str = "quadratic-5-low", **figures: float) -> Score:
    """Return a score on seeds 0, 1, ...; figures that are not given are 0 on every seed."""
    count = len(regret)
    values: dict[str, tuple[float | None, ...]] = {name: (figures.get(name, 0.0),) * count for name in FIGURES}
    return Score(
        case=case,
        proposer=proposer,
        seeds=tuple(range(count)),
        figures={**values, "regret": tuple(regret)},
        seconds=0.5,
        course=(0.5, 1.0),
        course_se=(0.1, 0.1),
    )


def results(*scores: Score) -> Results:
    """Return results of development seeds."""
    return Results(SeedSet.DEV, scores)
