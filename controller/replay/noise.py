"""How long the noise of a KPI lasts, in words: how neighbouring points of its A/A history resemble each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from controller.decide import counts
from controller.decide.score import Series, forecast
from controller.decide.trace import ROUNDING, centre, moves
from controller.duration import duration
from controller.model import Floats, JudgedKpi, PairedSeries

SLIGHT = 0.02  # shares below this are not told


@dataclass(frozen=True)
class Part:
    """A share of the noise's variance, and the seconds that it takes to fade; 0 differs from point to point."""

    share: float
    seconds: float


@dataclass(frozen=True)
class Noise:
    """The noise of a history.

    Attributes:
        rule: which rule judges it: `score`, `bets` (events are too rare for a noise model) or `still` (it never moved).
        parts: fast ones first; none but for `score`.
    """

    rule: str
    parts: tuple[Part, ...] = ()


def noise(judged: JudgedKpi, history: PairedSeries, planned: int, step: float) -> Noise:
    """Return the noise that the verdict on a canary of `planned` points would reckon with.

    Args:
        judged: the KPI.
        history: at least 16 points, some with data.
        planned: points at the planned end.
        step: seconds between two points.

    Raises:
        ValueError: the history is too short for a plan of this length.
    """
    if counts.rarity(judged.kpi.reading, history, planned) is not None:
        return Noise("bets")
    moved = moves(history, centre(history))
    scale = float(np.abs(moved).max())
    if scale <= ROUNDING * float(np.abs(history.values).max()):
        return Noise("still")
    found = forecast(Series(moved / scale, history.weight / float(history.weight.mean())), planned)
    return Noise("score", _parts(found.model.times, found.model.powers, found.size * step))


def _parts(times: Floats, powers: Floats, step: float) -> tuple[Part, ...]:
    """Return neighbouring components as one, at their mean time on a log scale."""
    total, found = float(powers.sum()), []
    if total <= 0:
        return ()
    slow = [(int(index), float(power)) for index, power in enumerate(powers) if power > 0 and times[index] > 0]
    if powers[0] > 0:
        found.append(Part(float(powers[0]) / total, 0.0))
    for _, run in groupby(enumerate(slow), key=lambda item: item[1][0] - item[0]):
        members = [member for _, member in run]
        weights = np.array([power for _, power in members])
        mean = np.exp(weights @ np.log(times[[index for index, _ in members]]) / weights.sum())
        found.append(Part(float(weights.sum()) / total, float(mean) * step))
    return tuple(found)


def words(found: Noise, span: float) -> str:
    """Return the noise as a sentence; `span` is the history's length in seconds, beyond which nothing is known."""
    if found.rule == "bets":
        return "events are rare: they are counted, so their noise need not be learnt"
    if found.rule == "still":
        return "it never moved: any movement of the canary arm shows"
    told = [f"{part.share:.0%} {_lasts(part.seconds, span)}" for part in found.parts if part.share >= SLIGHT]
    return f"of the noise, {', '.join(told)}"


def _lasts(seconds: float, span: float) -> str:
    if seconds == 0:
        return "differs from point to point"
    return "wanders for longer than the history tells" if seconds > span / 2 else f"lasts about {duration(seconds)}"
