"""Series and evidence for these tests."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter
from scipy.stats import binom

from controller.model import Floats, JudgedKpi, KpiEvidence, PairedSeries, Role
from exporter.metric import Direction, GaugeReading, Kpi, Selector, Unit

HISTORY = 960
PLANNED = 240


def noise(rng: np.random.Generator, count: int, rho: float = 0.0) -> Floats:
    """Return AR(1) noise with standard deviation 1 and autocorrelation `rho`."""
    shocks = rng.normal(size=count) * np.sqrt(1 - rho**2)
    shocks[0] = rng.normal()
    found: Floats = lfilter([1.0], [1.0, -rho], shocks)
    return found


def at_most(share: float, runs: int) -> int:
    """Return the count that `runs` trials of probability `share` exceed once in a thousand: the Monte-Carlo error."""
    return int(binom.ppf(0.999, runs, share))


def at_least(share: float, runs: int) -> int:
    """Return the count that `runs` trials of probability `share` fall below once in a thousand."""
    return int(binom.ppf(0.001, runs, share))


def judged(
    role: Role = Role.PRIMARY, direction: Direction = Direction.HIGHER, margin: float = 0.5, name: str = "kpi"
) -> JudgedKpi:
    """Return a KPI to judge."""
    kpi = Kpi(name, "KPI", "A KPI.", GaugeReading(Selector("level")), direction, Unit.NONE, margin)
    return JudgedKpi(kpi, role, margin)


def paired(difference: Floats, *, expected: int | None = None, information: float = 0.5) -> PairedSeries:
    """Return differences as the pairing makes them."""
    size = difference.size
    times = np.array([15.0 * i for i in range(size)])
    return PairedSeries(times, difference, size if expected is None else expected, information, 1.0, 1.0)


def evidence(canary: Floats, history: Floats, kpi: JudgedKpi | None = None) -> KpiEvidence:
    """Return what a look rests on."""
    return KpiEvidence(kpi if kpi is not None else judged(), paired(canary), paired(history))
