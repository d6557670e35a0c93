"""One canary without and one with an effect, look by look: estimate, shrinking interval, boundary, decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks._svg import BLACK, BLUE, GREEN, VERMILION
from benchmarks.canary.build import PLANNED
from benchmarks.canary.families import find
from benchmarks.canary.family import Family
from benchmarks.canary.plots.plot import Plot, minutes
from benchmarks.canary.results import Results
from benchmarks.canary.seeds import SeedSet
from benchmarks.canary.tally import minute
from controller.decide.case import Case, Judge, Outcome
from controller.model import Floats, Verdict

_SAME: Final = "rho 0.5"
_BETTER: Final = "rho 0.5, benefit 1 sd"
_TRIED: Final = 25
_EVERY: Final = 2  # points between looks that are drawn


@dataclass(frozen=True)
class Looks:
    """What the judge knew of the primary metric at each look until it decided; arrays have shape [looks]."""

    minutes: Floats
    estimate: Floats
    low: Floats
    high: Floats
    end: Outcome


def watch(judge: Judge, case: Case) -> Looks:
    """Return what the judge says of a case as its points arrive, until it decides or the planned end."""
    outcome = judge(case)
    end = PLANNED if outcome.decided_at is None else outcome.decided_at + 1
    counts = sorted({*range(_EVERY, end, _EVERY), end})
    seen = [judge(until(case, count)).metrics[0] for count in counts]
    return Looks(
        np.array([minute(count - 1) for count in counts]),
        np.array([metric.estimate for metric in seen]),
        np.array([metric.low for metric in seen]),
        np.array([metric.high for metric in seen]),
        outcome,
    )


def until(case: Case, count: int) -> Case:
    """Return the case as it was when it had `count` points; its planned length stays."""
    metrics = tuple(
        replace(metric, canary=metric.canary[:count], comparison=metric.comparison[:count]) for metric in case.metrics
    )
    return replace(case, metrics=metrics)


def typical(judge: Judge, family: Family, seeds: SeedSet) -> Case:
    """Return that of the first cases whose decision is neither early nor late among those with the usual verdict."""
    usual = family.right or {Verdict.INCONCLUSIVE}
    cases = [family.case(seeds, number) for number in range(_TRIED)]
    ends = [(judge(case), case) for case in cases]
    fitting = [(outcome.decided_at or 0, case) for outcome, case in ends if outcome.verdict in usual]
    if not fitting:
        return cases[0]
    fitting.sort(key=lambda pair: pair[0])
    return fitting[len(fitting) // 2][1]


def _draw(results: Results, ours: Judge) -> Figure:
    known = find()
    figure = Figure(figsize=(10, 4.5))
    panels = figure.subplots(1, 2, sharey=True)
    titles = {_SAME: "a change that does nothing", _BETTER: "a change that helps by 1 sd"}
    for axes, (family, title) in zip(panels, titles.items(), strict=True):
        looks = watch(ours, typical(ours, known[family], results.seeds))
        _panel(axes, looks, known[family].effect)
        axes.set_title(title)
    panels[0].set_ylabel("canary minus comparison, sd of a point")
    panels[0].legend(loc="upper right", fontsize=9)
    return figure


def _panel(axes: Axes, looks: Looks, effect: float) -> None:
    axes.fill_between(looks.minutes, looks.low, looks.high, color=BLUE, alpha=0.2, linewidth=0, label="interval")
    axes.plot(looks.minutes, looks.estimate, color=BLUE, linewidth=2, label="estimate")
    axes.plot(looks.minutes, looks.estimate - looks.low, color=VERMILION, linestyle="--", label="boundary to cross")
    axes.plot(looks.minutes, looks.estimate - looks.high, color=VERMILION, linestyle="--")
    axes.axhline(effect, color=GREEN, linestyle=":", linewidth=1.5, label="truth")
    axes.axhline(0.0, color=BLACK, linewidth=0.8)
    axes.set_ylim(-2.5, 2.5)
    minutes(axes, minute(PLANNED - 1))
    end = float(looks.minutes[-1])
    axes.axvline(end, color=BLACK, linewidth=1)
    side = "right" if end >= minute(PLANNED - 1) / 2 else "left"
    text = f" {looks.end.verdict} at {end:.0f} min "
    axes.annotate(text, (end, -2.3), horizontalalignment=side, fontweight="bold")


PLOT: Final = Plot(
    "canary-one.svg",
    "Estimate, interval and boundary over time, of one canary without and one with an effect",
    (_SAME, _BETTER),
    _draw,
)
