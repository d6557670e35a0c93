"""How regret adds up over the days of one case, per proposer."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure

from benchmarks.autopilot.cases import OURS, SHOWN
from benchmarks.autopilot.plots.plot import LOOKS, Plot
from benchmarks.autopilot.results import Results


def _draw(results: Results) -> Figure:
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    for name in results.proposers:
        score = results.get(SHOWN, name)
        if score is None:
            continue
        days, course, error = (
            np.array([0.0, *each]) for each in (range(1, len(score.course) + 1), score.course, score.course_se)
        )
        colour = LOOKS[name].colour
        axes.plot(days, course, color=colour, linewidth=2.5 if name == OURS else 1.5, label=f"{name}: {course[-1]:.2f}")
        axes.fill_between(days, course - error, course + error, color=colour, alpha=0.15, linewidth=0)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("day")
    axes.set_ylabel("regret so far, static's of all days is 1")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title="at the end (bands: ± 1 se)")
    return figure


PLOT: Final = Plot(
    "autopilot-course.svg",
    f"How regret adds up day by day in the case {SHOWN}",
    lambda results: SHOWN in results.cases,
    _draw,
)
