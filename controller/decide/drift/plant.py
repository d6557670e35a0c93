"""Plant drift: with the values in force, is a KPI's level still what it was?

A cumulative sum over whitened hours says where a shift may have begun; it is sensitive, and cries wolf where noise has
a long memory. So a second look confirms it: the level since then against the level before, with the standard error of
a noise model that knows how little a week says about memory (analysis/noise.py). Only what both find is drift.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from controller.decide.analysis import noise
from controller.decide.drift.cusum import cusum
from controller.decide.drift.ground import ABSURD, Flags, Ground, lay
from controller.decide.drift.policy import PlantPolicy
from controller.decide.drift.reading import Cause, Health, Reading, Shift
from controller.model import Floats, JudgedKpi, MarginUnit, Track
from exporter.seconds import HOUR

FLOOR_SHARE = 0.02  # of a KPI's margin: a level that varies by less does not vary
SMALLEST = 1e-9  # of the level itself, where the margin says nothing


def watch(judged: JudgedKpi, track: Track, changes: Sequence[float], policy: PlantPolicy) -> Reading:
    """Return what a KPI's hours in the control arm say.

    Args:
        judged: the KPI.
        track: levels of adjoining hours: baseline and watched time, up to now.
        changes: unix times at which the values in force changed.
        policy: how much history it takes, and when a shift is drift.
    """
    name = judged.kpi.name
    ground = lay(track, changes, policy, _floor(judged, track))
    if isinstance(ground, str):
        return Reading(Cause.PLANT, Health.UNKNOWN, math.nan, 1.0, 0, f"level of {name}: {ground}", name)
    places = np.flatnonzero(ground.watched)
    begin = places[0]
    found = cusum(ground.whitened[begin:], policy.slack)
    value = found.value / policy.threshold
    count = int(ground.learnt.sum())
    say = f"level of {name}: cumulative sum at {value:.0%} of its threshold"
    if value < 1:
        text = f"{say}; no shift against {count} h of history"
        return Reading(Cause.PLANT, Health.HEALTHY, value, 1.0, count, text, name)
    shift = shift_since(ground, begin + found.began)
    where = "above" if shift.size > 0 else "below"
    what = (
        f"{say}; for {(track.end - shift.began) / HOUR:.0f} h it has been {abs(shift.size):.3g} "
        f"({abs(shift.deviations):.2g} sd) {where} the {ground.level:.4g} of before"
    )
    if shift.sure >= policy.sure and shift.size * found.sign > 0:
        text = f"{what}: no change of the autopilot's explains it"
        return Reading(Cause.PLANT, Health.DRIFT, value, 1.0, count, text, name, shift)
    text = f"{what}; a second look does not confirm it ({shift.sure:.1%} sure, drift takes {policy.sure:.1%})"
    return Reading(Cause.PLANT, Health.WARNING, value, 1.0, count, text, name, shift)


def shift_since(ground: Ground, earliest: int) -> Shift:
    """Return the shift that parts the present stretch best, at a place or later: the level since, against before."""
    known = ground.present & np.isfinite(ground.rest)
    places = np.arange(known.size)
    began = _parted(np.where(known, ground.rest, 0.0), known, earliest)
    after, before = known & (places >= began), known & (places < began)
    weights = after / max(1, after.sum()) - before / max(1, before.sum())
    values = np.where(known, ground.rest, 0.0)
    size = float(weights @ values)
    usual = np.where(ground.learnt, ground.rest, np.nan)
    sure = noise.learn(np.where(before, ground.rest, usual)).belief(size, weights).sure
    return Shift(float(ground.times[began] - HOUR), size, size / ground.spread, sure)


def _parted(values: Floats, known: Flags, earliest: int) -> int:
    """Return the place, `earliest` or later, from which on the mean differs most from before (least squares)."""
    count, total = np.cumsum(known), np.cumsum(values)
    before, after = count[earliest - 1 : -1], count[-1] - count[earliest - 1 : -1]
    lower = total[earliest - 1 : -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (total[-1] - lower) / after - lower / before
        gain = np.nan_to_num(apart**2 * before * after, nan=-1.0)
    return earliest + int(np.argmax(gain))


def _floor(judged: JudgedKpi, track: Track) -> float:
    """Return the least standard deviation of an hour that is believed, in the KPI's unit."""
    values = track.values[np.abs(track.values) <= ABSURD]
    level = float(np.median(np.abs(values))) if values.size else 0.0
    margin = (
        judged.margin * {MarginUnit.ABSOLUTE: 1.0, MarginUnit.RELATIVE: level, MarginUnit.SD: 0.0}[judged.margin_unit]
    )
    return max(FLOOR_SHARE * margin, SMALLEST * level, 1e-300)
