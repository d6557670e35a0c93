"""Who watches: each sees the last 264 hours and says whether the level has shifted. Ours, its parts, and four peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.drift.levels import BASELINE, WINDOW
from controller.decide.drift.plant import watch
from controller.decide.drift.policy import PlantPolicy
from controller.model import Floats, JudgedKpi, Role, Track
from exporter.metric import Direction, GaugeReading, Kpi, Selector, Unit
from exporter.seconds import HOUR

Detector = Callable[[Floats], bool]
"""Hours, [WINDOW], the newest last -> whether it alarms."""

OURS: Final = "ours"
POLICY: Final = PlantPolicy()
_KPI = Kpi("made", "Made", "A made KPI.", GaugeReading(Selector("made")), Direction.HIGHER, Unit.NONE, margin=1.0)
_JUDGED = JudgedKpi(_KPI, Role.PRIMARY, 1.0)
_TIMES: Floats = np.arange(1.0, WINDOW + 1) * HOUR


def ours(hours: Floats) -> bool:
    """Return what the autopilot's plant monitor says with its defaults."""
    return watch(_JUDGED, _track(hours), (), POLICY).drifted


def unconfirmed(hours: Floats) -> bool:
    """Return the same without the second look: season removed, whitened, cumulative sum alone."""
    return watch(_JUDGED, _track(hours), (), replace(POLICY, sure=0.0)).value >= 1


def _track(hours: Floats) -> Track:
    return Track(0.0, WINDOW * HOUR, HOUR, _TIMES, 10 + hours)


def raw_cusum(hours: Floats) -> bool:
    """Return whether a cumulative sum of raw hours crosses 5 with a slack of 0.5."""
    low = high = 0.0
    for value in _standardised(hours)[BASELINE:].tolist():
        high, low = max(0.0, high + value - 0.5), max(0.0, low - value - 0.5)
    return max(low, high) > 5.0  # noqa: PLR2004 - the textbook's threshold


def page_hinkley(hours: Floats) -> bool:
    """Return what the Page-Hinkley test says, both sides, delta 0.005 and threshold 50 as in river."""
    total, least, mean = np.zeros(2), np.zeros(2), 0.0
    for count, value in enumerate(_standardised(hours).tolist(), 1):
        mean += (value - mean) / count
        total += (value - mean - 0.005, mean - value - 0.005)
        least = np.minimum(least, total)
    return bool((total - least).max() > 50.0)  # noqa: PLR2004 - river's default


def z_score(hours: Floats) -> bool:
    """Return whether the last 24 hours' mean is 3 deviations of the baseline's daily means away from theirs."""
    days = hours[:BASELINE].reshape(-1, 24).mean(axis=1)
    spread = float(days.std(ddof=1))
    return spread > 0 and abs(float(hours[-24:].mean()) - float(days.mean())) > 3 * spread


def band(hours: Floats) -> bool:
    """Return whether the last hour is outside the median of 24 hours +- 2 MAD, unscaled, as dashboards draw it."""
    before = hours[-25:-1]
    middle = float(np.median(before))
    return abs(float(hours[-1]) - middle) > 2 * float(np.median(np.abs(before - middle)))


def _standardised(hours: Floats) -> Floats:
    base = hours[:BASELINE]
    found: Floats = (hours - base.mean()) / base.std(ddof=1)
    return found


DETECTORS: Final[dict[str, Detector]] = {
    OURS: ours,
    "ours, not confirmed": unconfirmed,
    "raw CUSUM": raw_cusum,
    "Page-Hinkley": page_hinkley,
    "24 h z-score": z_score,
    "median +- 2 MAD": band,
}
