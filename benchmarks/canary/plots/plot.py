"""What all plots share: how one is described, its colours, and how it becomes the same SVG on every machine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.canary.judges import OURS
from benchmarks.canary.results import Results
from controller.decide.case import Judge

# Okabe and Ito's palette, which colour-blind people can tell apart; yellow left out, it is too light for lines
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
PURPLE: Final = "#CC79A7"
SKY: Final = "#56B4E9"
BLACK: Final = "#000000"
GREY: Final = "#767676"


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
        path = folder / self.file
        with _style():
            figure = self.draw(results, ours)
            figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
        return path


def _style() -> AbstractContextManager[None]:
    return mpl.rc_context(
        {
            "svg.hashsalt": "canary",
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#E5E5E5",
            "axes.axisbelow": True,
            "legend.frameon": False,
        }
    )


def promise(axes: Axes, percent: float) -> None:
    """Draw the error rate that is promised as a horizontal line."""
    axes.axhline(percent, color=GREY, linestyle=":", linewidth=1.5)


def minutes(axes: Axes, end: float) -> None:
    """Make x minutes of the canary."""
    axes.set_xlim(0, end)
    axes.set_xticks(range(0, int(end) + 1, 10))
    axes.set_xlabel("minutes of canary")
