"""What the hour of the day alone explains of a KPI, from some days of history, so that it can be taken out of a window.

The hourly levels of the last days are a table, days by hours. Each day has a level of its own, each hour an effect of
its own; both are medians, taken in turn (median polish, Tukey 1977), so a single bad hour or day does not count.

A profile of noise would only add noise, so it must earn its place: each day is predicted from the others, and the
profile is used only when that leaves smaller deviations, on the days together and with 95 % confidence over days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from controller.decide.analysis.finding import Finding, FindingKind
from controller.model import Floats
from exporter.seconds import DAY, HOUR

HOURS = 24
LEAST_DAYS = 3
LEAST_HOURS = 18  # of a day that counts
SHORTEST = 6 * HOUR  # window that has hours worth telling apart
SURE = 0.95
_ROUNDS = 3


@dataclass(frozen=True)
class Season:
    """The daily profile of a KPI.

    Attributes:
        profile: what each hour of the day (UTC) adds, in the KPI's unit, with mean 0, shape [24]; zeros when it is not
            to be used.
        days: days that it rests on.
        explained: part of the hours' mean absolute deviation that the other days explain; NaN when not known.
        confidence: that a profile is there.
        reason: why it is not used; empty when it is.
    """

    profile: Floats
    days: int
    explained: float = math.nan
    confidence: float = 0.0
    reason: str = ""

    def at(self, times: Floats) -> Floats:
        """Return what the hour adds at unix times [N], between the middles of the hours in a straight line."""
        middles = (np.arange(HOURS) + 0.5) * HOUR
        found: Floats = np.interp(times, middles, self.profile, period=DAY)
        return found

    def finding(self, kpi: str) -> Finding:
        """Return it as a finding: its value is the part that the hour explains."""
        if self.reason:
            text = f"no daily profile taken out: {self.reason}"
        else:
            swing = float(np.ptp(self.profile))
            text = f"a daily profile of {swing:.2g} from lowest to highest hour is taken out ({self.days} days)"
        return Finding(kpi, FindingKind.SEASON, text, self.confidence, self.explained)


def unused(days: int, reason: str, explained: float = math.nan, confidence: float = 0.0) -> Season:
    """Return a season that takes nothing out, and why."""
    return Season(np.zeros(HOURS), days, explained, confidence, reason)


def worth(window: float) -> bool:
    """Whether a window of so many seconds is long enough for hours to differ within it."""
    return window >= SHORTEST


def learn(times: Floats, levels: Floats, window: float) -> Season:
    """Return the daily profile in some days of hourly levels.

    Args:
        times: middles of the hours before the window, unix seconds, shape [H].
        levels: in the KPI's unit; NaN where one is missing, shape [H].
        window: seconds that the profile will be taken out of.
    """
    if not worth(window):
        return unused(0, f"the window is shorter than {SHORTEST / HOUR:g} hours")
    table = _table(times, levels)
    if table.shape[0] < LEAST_DAYS:
        return unused(table.shape[0], f"it takes {LEAST_DAYS} days of history, there are {table.shape[0]}")
    gains, before = _gains(table)
    if not before > 0:
        return unused(table.shape[0], "the history does not move")
    explained, confidence = float(gains.sum() / before), _confidence(gains)
    if not (explained > 0 and confidence >= SURE):
        return unused(table.shape[0], "the days have none in common", explained, 1 - confidence)
    return Season(_profile(table), table.shape[0], explained, confidence)


def _table(times: Floats, levels: Floats) -> Floats:
    """Return levels by day and hour of the day, [D, 24], of the days that have enough of them; NaN where one misses."""
    good = np.isfinite(levels)
    times, values = times[good], levels[good]
    if not times.size:
        return np.empty((0, HOURS))
    back = np.floor((times.max() - times) / DAY + 1e-9).astype(int)
    hours = np.floor(times / HOUR).astype(int) % HOURS
    table = np.full((int(back.max()) + 1, HOURS), np.nan)
    table[back, hours] = values
    kept: Floats = table[np.isfinite(table).sum(axis=1) >= LEAST_HOURS]
    return kept


def _profile(table: Floats) -> Floats:
    """Return the hours' effects [24], mean 0; an hour without a level lies between its neighbours."""
    day, hour = np.zeros((table.shape[0], 1)), np.zeros(HOURS)
    known = np.isfinite(table).any(axis=0)
    for _ in range(_ROUNDS):
        day = _medians(table - hour)[:, None]
        hour = np.zeros(HOURS)
        hour[known] = _medians((table - day)[:, known].T)
    places = np.arange(HOURS, dtype=float)
    whole: Floats = np.interp(places, places[known], hour[known], period=HOURS)
    return np.asarray(whole - whole.mean())


def _medians(rows: Floats) -> Floats:
    """Return the median of the numbers of each row, [N]; every row has one; numpy's own is 20 times slower."""
    ordered = np.sort(rows, axis=1)  # NaN come last
    count, places = np.isfinite(rows).sum(axis=1), np.arange(rows.shape[0])
    found: Floats = (ordered[places, (count - 1) // 2] + ordered[places, count // 2]) / 2
    return found


def _gains(table: Floats) -> tuple[Floats, float]:
    """Return by how much each day's deviations shrink without the other days' profile, [D]; and all before."""
    before = np.array([_deviation(row) for row in table])
    others = (np.delete(table, index, axis=0) for index in range(table.shape[0]))
    after = np.array([_deviation(row - _profile(rest)) for row, rest in zip(table, others, strict=True)])
    return before - after, float(before.sum())


def _deviation(row: Floats) -> float:
    return float(np.nanmean(np.abs(row - _medians(row[None])[0])))


def _confidence(gains: Floats) -> float:
    """Return the one-sided confidence that days gain on average."""
    spread = float(gains.std(ddof=1))
    if not spread > 0:
        return 1.0 if gains.mean() > 0 else 0.0
    return float(stdtr(gains.size - 1, gains.mean() / (spread / math.sqrt(gains.size))))
