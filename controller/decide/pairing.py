"""Arms' series on one grid -> paired series.

Counters: a point without trials adds nothing, but time has passed. Gauges: every point counts the same.
"""

from __future__ import annotations

import numpy as np

from controller.model import ArmSeries, Floats, PairedSeries
from exporter import names


def pool(arms: list[ArmSeries]) -> ArmSeries:
    """Return several arms as one: means weighted by the data each point rests on; NaN where any arm is missing."""
    values = np.stack([arm.values for arm in arms])
    weights = np.stack([arm.weights for arm in arms])
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (values * weights).sum(axis=0) / total
    return ArmSeries(np.where(np.isfinite(values).all(axis=0) & (total == 0), 0.0, means), total)


def _last(values: Floats, wanted: Floats) -> int:
    """Return the number of wanted points up to the last that has a value."""
    found = np.flatnonzero(np.isfinite(values[wanted.astype(bool)]))
    return int(found[-1]) + 1 if found.size else 0


def pair(
    times: Floats, arms: dict[str, ArmSeries], comparison: tuple[str, ...], keep: Floats, *, counted: bool
) -> PairedSeries:
    """Return canary and comparison where both have data.

    Args:
        times: grid in unix seconds, shape [T].
        arms: series per arm, on that grid; a missing arm makes every point missing.
        comparison: arms that the canary is compared with.
        keep: 1 for the grid points that count (exposed, warmed up), else 0; shape [T].
        counted: whether the arms' weights are trials of a counter.
    """
    expected = int(keep.astype(bool).sum())
    if any(arm not in arms for arm in (names.CANARY, *comparison)):
        nothing = np.empty((0, 2))
        return PairedSeries(np.empty(0), nothing, nothing if counted else None, expected)
    canary, other = arms[names.CANARY], pool([arms[arm] for arm in comparison])
    good = keep.astype(bool) & np.isfinite(canary.values) & np.isfinite(other.values)
    return PairedSeries(
        times=times[good],
        values=np.stack([canary.values[good], other.values[good]], axis=1),
        trials=np.stack([canary.weights[good], other.weights[good]], axis=1) if counted else None,
        expected=expected,
        behind=abs(_last(canary.values, keep) - _last(other.values, keep)),
    )
