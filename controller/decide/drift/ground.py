"""How a KPI usually goes: its daily profile, its level since the values last changed, and its hour-to-hour noise.

A change of the values in force moves the level on purpose. So the hours fall into stretches between changes. Profile
and noise are learnt from all of them, each around its own level; the level that later hours are held against is that of
the present stretch alone.

Noise is an AR(1) process whose memory is estimated from neighbouring hours, with the bias of short series taken off
(Marriott and Pope 1954). Whitened, x_t - rho^g x_{t-g} over a gap of g hours, it is what a cumulative sum may add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.decide.analysis import season
from controller.decide.drift.policy import PlantPolicy
from controller.model import Floats, Track
from exporter.seconds import HOUR

Flags = NDArray[np.bool_]

ABSURD = 1e100  # size beyond which a number is no level; its square still is a number
WILD = 4.0  # deviations beyond which a value counts as that far off: one spike is no shift
MOST_MEMORY = 0.98
LEAST_SCALE = 0.5  # of whitened hours, which have a deviation of 1 where the model fits
LEAST_SHARE = 0.75  # of the baseline's hours that must be known
_NORMAL = 1.4826  # standard deviations per median absolute deviation


@dataclass(frozen=True)
class Ground:
    """Hours of a KPI, ready to be looked at. T hours.

    Attributes:
        times: ends of the hours, unix seconds, [T].
        rest: levels without profile, minus the level of their stretch, NaN where unknown; that of the present stretch
            is the level of its first part, `learnt`. In the KPI's unit, [T].
        whitened: the same without what the hour before explains, in standard deviations, [T].
        learnt: hours that taught profile and noise, [T].
        present: hours since the values last changed, [T].
        memory: correlation of neighbouring hours.
        spread: standard deviation of an hour, in the KPI's unit.
        level: that later hours are held against, in the KPI's unit.
    """

    times: Floats
    rest: Floats
    whitened: Floats
    learnt: Flags
    present: Flags
    memory: float
    spread: float
    level: float

    @property
    def watched(self) -> Flags:
        """Hours in which a shift is looked for, [T]."""
        return self.present & ~self.learnt


def lay(track: Track, changes: Sequence[float], policy: PlantPolicy, floor: float) -> Ground | str:
    """Return the ground, or in words what is missing for it.

    Args:
        track: levels of adjoining hours.
        changes: unix times at which the values in force changed.
        policy: how much history it takes.
        floor: least standard deviation of an hour, in the KPI's unit; above 0.
    """
    times, levels = _hours(track)
    hour = track.step
    known = np.isfinite(levels)
    moved = np.array(sorted(change for change in changes if track.start < change <= track.end))
    for change in moved:
        known &= ~((times - hour < change) & (change <= times))  # an hour of two levels is neither
    stretch = np.searchsorted(moved, times - hour / 2)
    present = stretch == moved.size
    learning_until = track.end - policy.watch
    if moved.size:
        learning_until = max(learning_until, float(moved[-1]) + policy.settle + hour)
    learnt = known & (times <= learning_until)
    whole = round(policy.baseline / hour)
    if (count := int(learnt.sum())) < LEAST_SHARE * whole:
        return f"not enough history: {count} of {whole} h"
    if moved.size and int((learnt & present).sum()) < LEAST_SHARE * policy.settle / hour:
        left, ago = max(0.0, learning_until - track.end) / HOUR, (track.end - float(moved[-1])) / HOUR
        wait = f"; looked at again in {left:.0f} h" if left > 0 else ""
        return f"it changed {ago:.0f} h ago for a reason that is known, and the level since is not yet{wait}"
    if not (known & present & ~learnt).any():
        return "no level is known since the baseline"
    flat = np.where(known, levels, np.nan)
    flat = flat - season.learn(times - hour / 2, flat, policy.baseline).at(times - hour / 2)
    middles = np.array([_middle(flat[learnt & (stretch == number)]) for number in range(moved.size + 1)])
    rest = flat - middles[stretch]
    memory, spread = noise(rest, learnt, stretch)
    whitened = whiten(rest / max(spread, floor), stretch, memory)
    scale = max(_scale(whitened[learnt]), LEAST_SCALE) if spread > floor else 1.0
    spread = max(spread, floor)
    return Ground(times, rest, whitened / scale, learnt, present & known, memory, spread, float(middles[-1]))


def _hours(track: Track) -> tuple[Floats, Floats]:
    """Return the ends of all hours between start and end, [T], and their levels, NaN where none was answered, [T]."""
    times: Floats = track.start + track.step * np.arange(1.0, track.expected + 1)
    levels = np.full(times.size, np.nan)
    place = np.round((track.times - track.start) / track.step).astype(int) - 1
    good = (place >= 0) & (place < times.size) & (np.abs(track.values) <= ABSURD)
    levels[place[good]] = track.values[good]
    return times, levels


def _middle(values: Floats) -> float:
    """Return the mean without wild values; 0 of none."""
    if not values.size:
        return 0.0
    centre = float(np.median(values))
    reach = WILD * _NORMAL * float(np.median(np.abs(values - centre)))
    return float(np.clip(values, centre - reach, centre + reach).mean()) if reach > 0 else centre


def _scale(values: Floats) -> float:
    """Return the standard deviation around 0 of what is known, wild values drawn in."""
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0
    usual = _NORMAL * float(np.median(np.abs(values)))
    drawn = np.clip(values, -WILD * usual, WILD * usual) if usual > 0 else values
    return float(np.sqrt(np.mean(drawn**2)))


def noise(rest: Floats, learnt: Flags, stretch: NDArray[np.int64]) -> tuple[float, float]:
    """Return the memory from hour to hour, and the standard deviation, of the hours that teach; all [T]."""
    spread = _scale(rest[learnt])
    if not spread > 0:
        return 0.0, 0.0
    drawn = np.clip(np.where(learnt, rest, np.nan) / spread, -WILD, WILD)
    pairs = np.isfinite(drawn[:-1]) & np.isfinite(drawn[1:]) & (stretch[:-1] == stretch[1:])
    first, second = drawn[:-1][pairs], drawn[1:][pairs]
    power = float((first @ first + second @ second) / 2)
    if not power > 0:
        return 0.0, spread
    found = float(first @ second) / power
    unbiased = found + (1 + 3 * found) * np.unique(stretch[learnt]).size / first.size
    return float(np.clip(unbiased, 0.0, MOST_MEMORY)), spread


def whiten(values: Floats, stretch: NDArray[np.int64], memory: float) -> Floats:
    """Return values [T] without what the last known one of the same stretch explains, of unit variance; NaN at gaps."""
    found = np.full(values.size, np.nan)
    before = -1
    for at in np.flatnonzero(np.isfinite(values)).tolist():
        fades = memory ** (at - before) if before >= 0 and stretch[before] == stretch[at] else 0.0
        found[at] = (values[at] - fades * values[before]) / np.sqrt(1 - fades**2)
        before = at
    clipped: Floats = np.clip(found, -WILD, WILD)
    return clipped
