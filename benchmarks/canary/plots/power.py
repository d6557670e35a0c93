"""How soon our judge finds an effect: share of canaries decided rightly by each minute."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure

from benchmarks._svg import BLUE, GREEN, ORANGE, PURPLE, VERMILION
from benchmarks.canary.build import PLANNED
from benchmarks.canary.families import find
from benchmarks.canary.judges import OURS
from benchmarks.canary.plots.plot import Plot, minutes
from benchmarks.canary.results import Results
from benchmarks.canary.tally import Share, Tally, minute
from controller.decide.case import Judge
from controller.model import Floats, Verdict

_LINES: Final = {
    "rho 0.5, benefit 1 sd": (BLUE, "-"),
    "rho 0.5, benefit 0.5 sd": (BLUE, "--"),
    "80 % common shock, benefit 0.5 sd": (GREEN, "--"),
    "rho 0.9, benefit 1 sd": (ORANGE, "-"),
    "5 metrics, guardrail harm 2 sd": (VERMILION, "-"),
    "5 metrics, guardrail harm 1 sd": (PURPLE, "-"),
}
_BAND: Final = 4  # points from corner to corner of a band


def _draw(results: Results, _: Judge) -> Figure:
    known = find()
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    for family, (colour, line) in _LINES.items():
        tally = results.get(family, OURS)
        if tally is None:
            continue
        looks, found, low, high = found_by(tally, known[family].right)
        axes.step(
            looks, found, where="post", color=colour, linestyle=line, linewidth=2, label=f"{family}: {found[-1]:.0f} %"
        )
        axes.fill_between(looks[::_BAND], low[::_BAND], high[::_BAND], color=colour, alpha=0.15, linewidth=0)
    minutes(axes, minute(PLANNED - 1))
    axes.set_ylim(0, 102)
    axes.set_ylabel("effect found so far, % of canaries")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="and at the end (bands: 95 % interval)")
    return figure


def found_by(tally: Tally, right: frozenset[Verdict]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return minutes, % of canaries decided rightly by then, and its 95 % interval; each of shape [PLANNED + 1]."""
    looks = np.array([0.0, *(minute(point) for point in range(PLANNED))])
    hits = np.searchsorted(tally.minutes(*right), looks, side="right")
    bounds = np.array([Share(int(hit), tally.runs).interval for hit in hits])
    return looks, 100 * hits / tally.runs, 100 * bounds[:, 0], 100 * bounds[:, 1]


PLOT: Final = Plot(
    "canary-power.svg",
    "Share of canaries in which our judge has found the effect, by minute",
    ("rho 0.5, benefit 0.5 sd", "rho 0.5, benefit 1 sd"),
    _draw,
)
