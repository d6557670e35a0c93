"""Pictures of the results, one module each; `PLOTS` is the order of the page."""

from __future__ import annotations

from typing import Final

from benchmarks.autopilot.plots import course, predicted, regret
from benchmarks.autopilot.plots.plot import Plot

PLOTS: Final[tuple[Plot, ...]] = (regret.PLOT, course.PLOT, predicted.PLOT)
