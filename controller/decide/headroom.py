"""Guardrails with a limit: how much harm a canary may do from where the service stands when it begins.

A margin says how much harm one change may do; many small changes may add up to any amount. A limit is a level that must
not be crossed. What lies between the level in the A/A history and the limit, the headroom, may be spent:

* a promotion must rule out harm beyond the smaller of margin and headroom;
* harm up to that much may be proven without a rollback: it is the price that the limit allows;
* where the limit is reached or crossed, nothing is tolerated, and a promotion must rule out all harm that counts
  (`LEAST` of the margin), which takes a change that all but certainly betters the KPI.

All of it is settled once, at the canary's start, so that looks do not follow a level that moves.
"""

from __future__ import annotations

import math
from dataclasses import replace

from controller.decide.trace import margin, tolerated
from controller.model import JudgedKpi, MarginUnit, PairedSeries
from exporter.metric import Direction

LEAST = 0.01  # share of the margin that is left without headroom: harm below it does not count


def headroom(judged: JudgedKpi, history: PairedSeries) -> float:
    """Return the harm from the comparison arm's level in the history to the limit, in the KPI's unit.

    Negative when the limit is crossed, infinite without a limit, NaN when the history holds no level.

    Raises:
        ValueError: the KPI has a band, and so two limits already.
    """
    if judged.limit is None:
        return math.inf
    if judged.kpi.direction is Direction.BAND:
        raise ValueError(f"{judged.kpi.name}: a KPI that is to stay in a band has no limit")
    level = history.mean(1)
    return judged.limit - level if judged.kpi.direction is Direction.LOWER else level - judged.limit


def settled(judged: JudgedKpi, history: PairedSeries) -> JudgedKpi:
    """Return the KPI as a canary that begins after `history` is judged by: margin and tolerated harm in its unit."""
    allowed, room = margin(judged, history), headroom(judged, history)
    if judged.limit is None or math.isnan(room):
        spared = tolerated(judged, history)
    else:
        spared = max(0.0, min(allowed, room))
        allowed = max(spared, LEAST * allowed)
    return replace(judged, margin=allowed, margin_unit=MarginUnit.ABSOLUTE, tolerated=spared)
