"""Ours: predicted against measured effects, with the predicted interval."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure

from benchmarks._svg import BLUE, GREY, VERMILION
from benchmarks.autopilot.cases import OURS, SHOWN
from benchmarks.autopilot.plots.plot import Plot
from benchmarks.autopilot.results import Results

_ROOM: Final = 1.3


def _draw(results: Results) -> Figure:
    score = results.get(SHOWN, OURS)
    pairs = score.pairs if score else ()
    effect, low, high, measured = (
        np.array([getattr(pair, name) for pair in pairs]) for name in ("effect", "low", "high", "measured")
    )
    within = (low <= measured) & (measured <= high)
    figure = Figure(figsize=(6, 5))
    axes = figure.subplots()
    for mask, colour, what in ((within, BLUE, "inside"), (~within, VERMILION, "outside")):
        bars = np.clip([(effect - low)[mask], (high - effect)[mask]], 0.0, None)
        axes.errorbar(
            measured[mask],
            effect[mask],
            yerr=bars,
            fmt="o",
            color=colour,
            markersize=2.5,
            elinewidth=0.4,
            alpha=0.6,
            label=f"measured {what} the interval: {int(mask.sum())}",
        )
    ends = _ROOM * np.array([min(effect.min(), measured.min()), max(effect.max(), measured.max())])
    axes.plot(ends, ends, color=GREY, linestyle=":", linewidth=1.5)
    axes.set_ylim(*ends)  # the first intervals are wider than the picture
    axes.set_xlabel("measured effect on the primary response")
    axes.set_ylabel("predicted effect and its 95 % interval")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure


def _possible(results: Results) -> bool:
    score = results.get(SHOWN, OURS)
    return score is not None and bool(score.pairs)


PLOT: Final = Plot(
    "autopilot-predicted.svg", f"Predicted against measured effects of ours in the case {SHOWN}", _possible, _draw
)
