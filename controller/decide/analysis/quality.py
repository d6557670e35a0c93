"""What is wrong with a window: gaps, few points, values that cannot be, a series that never moves, a clock that jumped.

What is wrong is told and left out of what follows; nothing here raises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from controller.counted import counted
from controller.decide.analysis.finding import Finding, FindingKind
from controller.decide.analysis.noise import LEAST
from controller.duration import duration
from controller.model import Floats, Track
from exporter.metric import Direction, Kpi, Unit

MISSING = 0.05  # share of a window that may be missing without a word
LONGEST = 0.1  # share of a window that may be missing in one piece without a word
WILD = 10.0  # robust standard deviations from the median beyond which a value is an outlier
MOST_WILD = 0.05  # share of the points; when more lie that far out, that is how the KPI is
LARGEST = 1e100  # beyond it a number is no level of anything
_OFF = 0.01  # steps by which a time may lie beside the grid
_ROUNDING = 1e-9  # by which a ratio may lie outside 0..1


@dataclass(frozen=True)
class Checked:
    """A window that was looked through.

    Attributes:
        times: middles of all stretches, unix seconds, shape [T].
        values: their levels, in the KPI's unit; NaN where one is missing or was left out, shape [T].
        findings: what is wrong; empty for a sound window.
    """

    times: Floats
    values: Floats
    findings: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """Number of points that can be used."""
        return int(np.isfinite(self.values).sum())


def check(kpi: Kpi, track: Track) -> Checked:
    """Return a window on its grid, without what cannot be, and what is wrong with it."""
    times: Floats = track.start + (np.arange(track.expected, dtype=np.float64) + 0.5) * track.step
    values, strayed = _placed(track)
    said = [_clock(kpi.name, strayed)]
    seen = ~np.isnan(values)
    said.append(_gaps(kpi.name, seen, track))
    values, absurd = _possible(kpi, values)
    values, wild = _tame(kpi.name, values)
    said += [absurd, wild, _constant(kpi, values), _few(kpi.name, values)]
    return Checked(times, values, tuple(found for found in said if found is not None))


def _told(kpi: str, text: str, value: float) -> Finding:
    """Return a fact; its value is how many points it is about, or which share of them."""
    return Finding(kpi, FindingKind.QUALITY, text, 1.0, value)


def _placed(track: Track) -> tuple[Floats, int]:
    """Return the values on the grid, infinities for what is not a number, and how many times lie beside the grid."""
    values = np.full(track.expected, np.nan)
    with np.errstate(invalid="ignore", over="ignore"):
        at = (track.times - track.start) / track.step - 1
        slot = np.round(np.where(np.isfinite(at), at, -1.0))
        later = np.concatenate([[True], np.diff(track.times) > 0])[: track.times.size]
        good = (np.abs(at - slot) <= _OFF) & (slot >= 0) & (slot < track.expected) & later
    values[slot[good].astype(int)] = np.where(np.isnan(track.values[good]), np.inf, track.values[good])
    return values, int(track.times.size - good.sum())


def _clock(kpi: str, strayed: int) -> Finding | None:
    if not strayed:
        return None
    text = f"{counted(strayed, 'point')} at times that go back, repeat or lie off the grid: a clock jumped"
    return _told(kpi, text, strayed)


def _gaps(kpi: str, seen: NDArray[np.bool_], track: Track) -> Finding | None:
    if not seen.size:
        return None
    missing = float(1 - seen.mean())
    edges = np.flatnonzero(np.concatenate([[True], seen, [True]]))
    longest = int(np.diff(edges).max()) - 1
    if missing <= MISSING and longest <= LONGEST * seen.size:
        return None
    text = f"{missing:.0%} of the window is missing, {duration(longest * track.step)} of it in one piece"
    return _told(kpi, text, missing)


def _possible(kpi: Kpi, values: Floats) -> tuple[Floats, Finding | None]:
    """Return the values without those that cannot be, and what was found of them."""
    bad = np.abs(values) > LARGEST
    why = "NaN, infinite or beyond all measure"
    if kpi.unit is Unit.RATIO:
        bad |= (values < -_ROUNDING) | (values > 1 + _ROUNDING)
        why = "NaN, infinite or outside 0..1, where a ratio lies"
    if not bad.any():
        return values, None
    text = f"{counted(int(bad.sum()), 'point')} cannot be ({why}): left out; check the metric"
    return np.where(bad, np.nan, values), _told(kpi.name, text, float(bad.sum()))


def _tame(kpi: str, values: Floats) -> tuple[Floats, Finding | None]:
    """Return the values without outliers, as long as these are few; a run of them at the end is a step, and stays."""
    seen = np.isfinite(values)
    if not seen.any():
        return values, None
    middle = float(np.median(values[seen]))
    spread = 1.4826 * float(np.median(np.abs(values[seen] - middle)))
    wild = seen & (np.abs(values - middle) > WILD * spread)
    if spread == 0 or not 0 < wild.sum() <= max(1.0, MOST_WILD * seen.sum()):
        return values, None
    worst = float(values[wild][np.argmax(np.abs(values[wild] - middle))])
    if 1 < wild.sum() == wild[np.flatnonzero(seen)[-wild.sum() :]].sum():
        text = f"the last {wild.sum()} points are far off (up to {worst:.3g}, usual is {middle:.3g}): a step just now"
        return values, _told(kpi, text, float(wild.sum()))
    text = f"{counted(int(wild.sum()), 'point')} far off (up to {worst:.3g}, usual is {middle:.3g}): left out"
    return np.where(wild, np.nan, values), _told(kpi, text, wild.sum())


def _constant(kpi: Kpi, values: Floats) -> Finding | None:
    seen = values[np.isfinite(values)]
    if seen.size < LEAST or np.ptp(seen) > 0:
        return None
    best = {Direction.HIGHER: 1.0, Direction.LOWER: 0.0, Direction.BAND: None}[kpi.direction]
    if kpi.unit is Unit.RATIO and seen[0] == best:
        text = f"constant at {seen[0]:g}, the best there is"
    else:
        text = f"constant at {seen[0]:.4g} in all {seen.size} points, is it still measured?"
    return _told(kpi.name, text, float(seen.size))


def _few(kpi: str, values: Floats) -> Finding | None:
    count = int(np.isfinite(values).sum())
    if count >= LEAST:
        return None
    return _told(kpi, f"only {counted(count, 'point')} to go by, {LEAST} are needed for noise and trend", float(count))
