"""What all plots share: how one is described, and its axes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks._svg import GREY, write
from benchmarks.canary.judges import OURS
from benchmarks.canary.results import Results
from controller.decide.case import Judge


@dataclass(frozen=True)
class Plot:
    """One picture.

    Attributes:
        file: its name beside the page.
        title: what it shows, also for who cannot see it.
        needs: families without which there is nothing to draw; all of them are judged by us.
        draw: makes it from results and our judge.
    """

    file: str
    title: str
    needs: tuple[str, ...]
    draw: Callable[[Results, Judge], Figure]

    def possible(self, results: Results) -> bool:
        """Whether the results hold what it needs."""
        return OURS in results.judges and set(self.needs) <= set(results.families)

    def write(self, folder: Path, results: Results, ours: Judge) -> Path:
        """Draw it into its file there; the same results give the same bytes."""
        return write(folder / self.file, lambda: self.draw(results, ours), "canary")


def promise(axes: Axes, percent: float) -> None:
    """Draw the error rate that is promised as a horizontal line."""
    axes.axhline(percent, color=GREY, linestyle=":", linewidth=1.5)


def minutes(axes: Axes, end: float) -> None:
    """Make x minutes of the canary."""
    axes.set_xlim(0, end)
    axes.set_xticks(range(0, int(end) + 1, 10))
    axes.set_xlabel("minutes of canary")
