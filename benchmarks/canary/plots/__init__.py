"""Pictures of the results, one module each; `PLOTS` is the order of the page."""

from __future__ import annotations

from typing import Final

from benchmarks.canary.plots import false_decisions, one_canary, peeking, power
from benchmarks.canary.plots.plot import Plot

PLOTS: Final[tuple[Plot, ...]] = (false_decisions.PLOT, power.PLOT, one_canary.PLOT, peeking.PLOT)
