"""What all plots share: how one is described, how each proposer looks, and how it becomes the same SVG every time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from matplotlib.figure import Figure

from benchmarks._svg import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, write
from benchmarks.autopilot.cases import OURS
from benchmarks.autopilot.results import Results


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
        return write(folder / self.file, lambda: self.draw(results), "autopilot")
