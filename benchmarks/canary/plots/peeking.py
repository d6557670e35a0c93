"""What peeking does: Welch's t-test at every look until it is significant, against our judge, without any effect."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure
from scipy import stats

from benchmarks._svg import BLUE, VERMILION
from benchmarks.canary.build import ALPHA, PLANNED
from benchmarks.canary.families import find
from benchmarks.canary.family import DECISIONS, Family
from benchmarks.canary.judges import OURS
from benchmarks.canary.plots.plot import Plot, minutes, promise
from benchmarks.canary.plots.power import found_by
from benchmarks.canary.results import Results
from benchmarks.canary.seeds import SeedSet
from benchmarks.canary.tally import minute
from controller.decide.case import Judge
from controller.model import Floats

_LINES: Final = {"rho 0": "-", "rho 0.5": "--"}
_CASES: Final = 1000
_FIRST: Final = 20  # points before the first look


def alarms(family: Family, seeds: SeedSet, cases: int) -> Floats:
    """Return % of cases in which Welch's test has been significant at some look by each point; shape [PLANNED]."""
    metrics = [family.case(seeds, number).metrics[0] for number in range(cases)]
    arms = np.stack([[metric.canary, metric.comparison] for metric in metrics])
    fired = _welch(arms) < ALPHA
    fired[:, : _FIRST - 1] = False
    by_now: Floats = 100 * np.logical_or.accumulate(fired, axis=1).mean(axis=0)
    return by_now


def _welch(arms: Floats) -> Floats:
    """Return the two-sided p-value of the points so far; [cases, 2, T] gives [cases, T], 1 at the first."""
    count = np.arange(1, arms.shape[-1] + 1)
    mean = np.cumsum(arms, axis=-1) / count
    squares = np.cumsum((arms - arms.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
    centred = squares / count - (mean - arms.mean(axis=-1, keepdims=True)) ** 2
    error = centred[..., 1:] / (count[1:] - 1)  # variance of each arm's mean
    both = error.sum(axis=1)
    freedom = both**2 / (error**2 / (count[1:] - 1)).sum(axis=1)
    t = (mean[:, 0, 1:] - mean[:, 1, 1:]) / np.sqrt(both)
    return np.concatenate([np.ones((arms.shape[0], 1)), 2 * stats.t.sf(np.abs(t), freedom)], axis=1)


def _draw(results: Results, _: Judge) -> Figure:
    known = find()
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    looks = [minute(point) for point in range(PLANNED)]
    for family, line in _LINES.items():
        welch = alarms(known[family], results.seeds, _CASES)
        axes.step(
            looks,
            welch,
            where="post",
            color=VERMILION,
            linestyle=line,
            linewidth=2,
            label=f"Welch at every look, {family}",
        )
    for family, line in _LINES.items():
        tally = results.get(family, OURS)
        if tally:
            at, decided, _low, _high = found_by(tally, DECISIONS)
            axes.step(at, decided, where="post", color=BLUE, linestyle=line, linewidth=2, label=f"ours, {family}")
    promise(axes, 100 * ALPHA)
    minutes(axes, minute(PLANNED - 1))
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 5, 20, 40, 60, 80, 100])
    axes.set_ylabel("false decisions so far, % of canaries\n(a look every 15 s; dots: promised)")
    axes.legend(loc="upper left")
    return figure


PLOT: Final = Plot(
    "canary-peeking.svg",
    "False decisions by minute when every look may decide: Welch's test and ours",
    tuple(_LINES),
    _draw,
)
