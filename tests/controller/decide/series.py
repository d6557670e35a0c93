"""Series and evidence for these tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.stats import binom

from controller.decide.policy import Policy
from controller.decide.trace import Trace
from controller.model import Floats, JudgedKpi, KpiEvidence, MarginUnit, PairedSeries, Role
from exporter.metric import Direction, GaugeReading, Kpi, MeanReading, RatioReading, Reading, Selector, Unit

AnyArray = NDArray[Any]
HISTORY = 480
PLANNED = 60
GAUGE = GaugeReading(Selector("level"))
RATIO = RatioReading(Selector("events_total"), Selector("trials_total"))
MEAN = MeanReading(Selector("seconds"))
POLICY = Policy(planned=PLANNED, minimum_harm=5, minimum_proceed=15)
"""The default policy at a quarter of its length: matrices stay small, and tests fast."""


def noise(rng: np.random.Generator, count: int, rho: float = 0.0) -> Floats:
    """Return AR(1) noise with standard deviation 1 and autocorrelation `rho`."""
    shocks = rng.normal(size=count) * np.sqrt(1 - rho**2)
    shocks[:1] = rng.normal()
    found: Floats = lfilter([1.0], [1.0, -rho], shocks)
    return found


def at_most(share: float, runs: int) -> int:
    """Return the count that `runs` trials of probability `share` exceed once in a thousand: the Monte-Carlo error."""
    return int(binom.ppf(0.999, runs, share))


def at_least(share: float, runs: int) -> int:
    """Return the count that `runs` trials of probability `share` fall below once in a thousand."""
    return int(binom.ppf(0.001, runs, share))


def judged(
    role: Role = Role.PRIMARY,
    direction: Direction = Direction.HIGHER,
    margin: float = 0.5,
    name: str = "kpi",
    *,
    unit: MarginUnit = MarginUnit.ABSOLUTE,
    reading: Reading = GAUGE,
) -> JudgedKpi:
    """Return a KPI to judge."""
    kpi = Kpi(name, "KPI", "A KPI.", reading, direction, Unit.NONE, margin)
    return JudgedKpi(kpi, role, margin, unit)


def paired(
    canary: AnyArray, comparison: AnyArray | float = 0.0, *, expected: int | None = None, start: float = 0.0
) -> PairedSeries:
    """Return a gauge, one point every 15 s; without a comparison arm `canary` is the difference."""
    size = canary.size
    values = np.stack([canary, np.broadcast_to(comparison, size)], axis=1).astype(float)
    return PairedSeries(start + 15.0 * np.arange(float(size)), values, None, size if expected is None else expected)


def counted(events: AnyArray, trials: AnyArray, *, start: float = 0.0) -> PairedSeries:
    """Return a counter from events and trials of both arms, canary first, shape [N, 2] each."""
    made = np.asarray(trials, dtype=float)
    values = np.divide(events, made, out=np.zeros_like(made), where=made > 0)
    size = made.shape[0]
    return PairedSeries(start + 15.0 * np.arange(float(size)), values, made, size)


def poisson(
    rng: np.random.Generator, count: int, rates: tuple[float, float], trials: tuple[float, float]
) -> PairedSeries:
    """Return a counter with independent events: at a rate per trial, with so many trials per point, in each arm."""
    made = np.tile(np.array(trials), (count, 1))
    return counted(np.minimum(rng.poisson(made * np.array(rates)), made), made)


def evidence(canary: AnyArray, history: AnyArray, kpi: JudgedKpi | None = None) -> KpiEvidence:
    """Return what a look rests on; both are differences."""
    past = paired(history, start=-15.0 * history.size)
    return KpiEvidence(kpi if kpi is not None else judged(), paired(canary), past)


def ends(found: Trace) -> tuple[bool, bool, bool]:
    """Return whether harm, benefit and safety are ever proven."""
    return bool(found.harmed.any()), bool(found.better.any()), bool(found.safe.any())
