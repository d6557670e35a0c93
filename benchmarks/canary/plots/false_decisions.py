"""How often each judge decides although the change does nothing, per family."""

from __future__ import annotations

from itertools import cycle
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks._svg import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION
from benchmarks.canary.build import ALPHA
from benchmarks.canary.families import find
from benchmarks.canary.family import Truth
from benchmarks.canary.judges import OURS, about
from benchmarks.canary.plots.plot import Plot
from benchmarks.canary.results import Results
from controller.decide.case import Judge
from controller.model import Floats

_COLOURS: Final = (VERMILION, GREEN, ORANGE, PURPLE, SKY, BLACK, GREY)
_MARKERS: Final = "s^Dv<>P"
_TICKS: Final = (0, 1, 2, 5, 10, 20, 40, 60, 80, 100)


def _draw(results: Results, _: Judge) -> Figure:
    known = find()
    families = [name for name in results.families if known[name].truth is Truth.SAME]
    figure = Figure(figsize=(9, 1.6 + 0.36 * len(families)))
    axes = figure.subplots()
    axes.set_xscale("function", functions=(_root, np.square))
    rivals = [judge for judge in results.judges if judge != OURS]
    for index, (judge, colour, marker) in enumerate(zip(rivals, cycle(_COLOURS), cycle(_MARKERS), strict=False)):
        shift = 0.6 * ((index + 1) / (len(rivals) + 1) - 0.5)
        _dots(axes, results, families, judge, (colour, marker, 4.5, shift))
    _dots(axes, results, families, OURS, (BLUE, "o", 8.0, 0.0))
    axes.axvline(100 * ALPHA, color=GREY, linestyle=":", linewidth=1.5)
    axes.set_xlim(0, 100)
    axes.set_xticks(_TICKS, [str(tick) for tick in _TICKS])
    axes.set_yticks(range(len(families)), families)
    axes.set_ylim(len(families) - 0.5, -0.5)
    axes.set_xlabel(
        "false decisions, % of canaries without any effect (root scale; bars: 95 % interval; dots: promised)"
    )
    handles, labels = axes.get_legend_handles_labels()
    ours_first = sorted(zip(handles, labels, strict=True), key=lambda pair: pair[1] != OURS)
    axes.legend(*zip(*ours_first, strict=True), loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=4)
    return figure


def _root(values: Floats) -> Floats:
    return np.sqrt(np.clip(values, 0.0, None))


def _dots(axes: Axes, results: Results, families: list[str], judge: str, look: tuple[str, str, float, float]) -> None:
    colour, marker, size, shift = look
    tallies = [(row, results.get(family, judge)) for row, family in enumerate(families)]
    shares = [(row, tally.share(*about(judge).claims)) for row, tally in tallies if tally]
    rates = [100 * share.rate for _, share in shares]
    low = [100 * (share.rate - share.interval[0]) for _, share in shares]
    high = [100 * (share.interval[1] - share.rate) for _, share in shares]
    axes.errorbar(
        rates,
        [row + shift for row, _ in shares],
        xerr=np.clip([low, high], 0.0, None),
        fmt=marker,
        color=colour,
        markersize=size,
        elinewidth=1.0,
        label=f"{judge} (rollbacks)" if about(judge).gate else judge,
        zorder=3 if judge == OURS else 2,
        clip_on=False,
    )


PLOT: Final = Plot(
    "canary-false-decisions.svg", "False decisions of every judge on every family without an effect", (), _draw
)
