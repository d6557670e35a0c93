"""What all plots share: how one is described, how each proposer looks, and how it becomes the same SVG every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.autopilot.cases import OURS
from benchmarks.autopilot.results import Results
from benchmarks.canary.plots.plot import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION


class Look(NamedTuple):
    """How a proposer is drawn."""

    colour: str
    marker: str


LOOKS: Final = {
    OURS: Look(BLUE, "o"),
    "static": Look(GREY, "x"),
    "random": Look(BLACK, "s"),
    "coordinate": Look(GREEN, "^"),
    "spsa": Look(ORANGE, "D"),
    "tpe": Look(PURPLE, "v"),
    "cmaes": Look(SKY, "<"),
    "safe-gp": Look(VERMILION, ">"),
}


@dataclass(frozen=True)
class Plot:
    """One picture.

    Attributes:
        file: its name beside the page.
        title: what it shows, also for who cannot see it.
        possible: whether the results hold what it needs.
        draw: makes it.
    """

    file: str
    title: str
    possible: Callable[[Results], bool]
    draw: Callable[[Results], Figure]

    def write(self, folder: Path, results: Results) -> Path:
        """Draw it into its file there; the same results give the same bytes."""
        path = folder / self.file
        with mpl.rc_context(
            {
                "svg.hashsalt": "autopilot",
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
        ):
            figure = self.draw(results)
            figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
        return path
