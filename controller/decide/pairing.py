"""Arms' series on one grid -> paired differences.

Counters: a point's difference counts by w = N1 N0 / (N1 + N0), its information, so that the mean of the weighted
differences is the pooled difference of the two ratios; a point without trials adds nothing, but time has passed.
Gauges: every point counts the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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


def pair(times: Floats, arms: dict[str, ArmSeries], comparison: tuple[str, ...], keep: Floats) -> PairedSeries:
    """Return canary minus comparison where both have data.

    Args:
        times: grid in unix seconds, shape [T].
        arms: series per arm, on that grid; a missing arm makes every point missing.
        comparison: arms that the canary is compared with.
        keep: 1 for the grid points that count (exposed, warmed up), else 0; shape [T].
    """
    wanted = keep.astype(bool)
    empty = np.empty(0)
    if any(arm not in arms for arm in (names.CANARY, *comparison)):
        return PairedSeries(empty, empty, int(wanted.sum()), 0.0, float("nan"), float("nan"))
    canary, other = arms[names.CANARY], pool([arms[arm] for arm in comparison])
    with np.errstate(invalid="ignore", divide="ignore"):
        information = np.nan_to_num(canary.weights * other.weights / (canary.weights + other.weights))
    good = wanted & np.isfinite(canary.values) & np.isfinite(other.values)
    mean = float(information[good].mean()) if good.any() else 0.0
    weight = information[good] / mean if mean > 0 else information[good]
    return PairedSeries(
        times=times[good],
        difference=(canary.values[good] - other.values[good]) * weight,
        expected=int(wanted.sum()),
        information=mean,
        canary_mean=_mean(canary, good),
        comparison_mean=_mean(other, good),
    )


def _mean(arm: ArmSeries, good: NDArray[np.bool_]) -> float:
    """Return an arm's level over some points; NaN when they rest on no data."""
    weights = arm.weights[good]
    return float(np.average(arm.values[good], weights=weights)) if weights.sum() > 0 else float("nan")
