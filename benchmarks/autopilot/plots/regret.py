"""Regret of every proposer in every case."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.autopilot.cases import OURS
from benchmarks.autopilot.compare import as_safe
from benchmarks.autopilot.plots.plot import LOOKS, Plot
from benchmarks.autopilot.results import Results

_Z95: Final = 1.96
_LEFT_OUT: Final = "static"  # 1 by definition


def _draw(results: Results) -> Figure:
    figure = Figure(figsize=(9, 1.6 + 0.42 * len(results.cases)))
    axes = figure.subplots()
    shown = [name for name in results.proposers if name != _LEFT_OUT]
    for index, name in enumerate(shown):
        _dots(axes, results, name, 0.7 * ((index + 0.5) / len(shown) - 0.5))
    axes.set_xlim(left=0)
    axes.set_yticks(range(len(results.cases)), results.cases)
    axes.set_ylim(len(results.cases) - 0.5, -0.5)
    axes.set_xlabel("regret, 1 is static (bars: 95 % interval; filled: as safe as ours)")
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=4)
    return figure


def _dots(axes: Axes, results: Results, name: str, shift: float) -> None:
    look = LOOKS[name]
    label: str | None = name
    for row, case in enumerate(results.cases):
        score, ours = results.get(case, name), results.get(case, OURS)
        found = score.figure("regret") if score else None
        if score is None or found is None or found.mean is None:
            continue
        safe = ours is None or name == OURS or as_safe(ours, score)
        axes.errorbar(
            [found.mean],
            [row + shift],
            xerr=[_Z95 * (found.se or 0.0)],
            fmt=look.marker,
            color=look.colour,
            markerfacecolor=look.colour if safe else "white",
            markersize=7 if name == OURS else 4.5,
            elinewidth=1.0,
            label=label,
        )
        label = None


PLOT: Final = Plot(
    "autopilot-regret.svg",
    "Regret of every proposer in every case, with 95 % intervals",
    lambda results: bool(results.scores),
    _draw,
)
