"""Hours of a made KPI, for tests of plant drift."""

from __future__ import annotations

import numpy as np

from controller.model import Floats, JudgedKpi, Role, Track
from exporter.metric import Direction, GaugeReading, Kpi, Selector, Unit
from exporter.seconds import HOUR

WINDOW = 264
BEGIN = 1_760_000_400.0 // HOUR * HOUR
KPI = Kpi("made", "Made", "A made KPI.", GaugeReading(Selector("made")), Direction.HIGHER, Unit.NONE, margin=1.0)
JUDGED = JudgedKpi(KPI, Role.PRIMARY, 1.0)


def track(values: Floats, begin: float = BEGIN) -> Track:
    """Return the values as hours from `begin` on."""
    count = values.size
    return Track(begin, begin + count * HOUR, HOUR, begin + HOUR * np.arange(1.0, count + 1), values)


def noise(seed: int, memory: float = 0.0, count: int = WINDOW) -> Floats:
    """Return hours of noise with unit variance."""
    rng = np.random.default_rng(seed)
    found = rng.normal(size=count)
    for at in range(1, count):
        found[at] = memory * found[at - 1] + np.sqrt(1 - memory**2) * found[at]
    return found


def daily(count: int = WINDOW, size: float = 3.0) -> Floats:
    """Return a daily season."""
    found: Floats = size * np.sin(2 * np.pi * np.arange(count) / 24)
    return found


def step(at: int, size: float, count: int = WINDOW) -> Floats:
    """Return a level that moves at a place."""
    return np.where(np.arange(count) >= at, size, 0.0)
