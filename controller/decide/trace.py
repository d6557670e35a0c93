"""One KPI over the course of a canary: at each point what is known, and whether it proves harm, benefit or safety.

Three rules, chosen from the history alone, so that a look never changes the rule:

* score: the gauge rule (controller/decide/score.py), for gauges and for counts that are not rare;
* bets: rare counts (controller/decide/counts.py);
* still: a history that never moved knows no noise; the canary's own movement is taken for it (and a canary that stands
  still elsewhere differs for certain).

Everything at a point depends on the points up to it alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from controller.decide import counts
from controller.decide.boundary import HARM_DELTA, Boundary
from controller.decide.counts import Rarity
from controller.decide.policy import Policy
from controller.decide.score import Path, Series, path, still
from controller.model import Floats, JudgedKpi, KpiEvidence, MarginUnit, PairedSeries, Role
from exporter.metric import Direction, RatioReading, ShareAboveReading

ROUNDING = 1e-12  # relative deviation below which numbers are equal: the rest of a mean's rounding
_STEADY = 0.05  # relative change of the comparison arm's level that is none
_Z_POWER = 0.8416  # upper 20 % point of the normal distribution

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Trace:
    """What one KPI says after each of its points; every array has shape [G], numbers are in the KPI's unit.

    Attributes:
        rule: score, bets or still.
        count: points so far.
        effect: canary minus comparison, standing offset removed.
        error: standard error of `effect` at that point alone.
        low, high: interval that is valid at all points together.
        harm_needed: harm that must be exceeded to roll back, with what is tolerated; NaN for bets, which count odds.
        benefit_needed: benefit that must be exceeded to proceed (primary KPI); NaN for bets.
        tau: information so far as a share of the plan.
        noise: by how much the canary is noisier than its history (variance ratio).
        margin: harm that a proceed must rule out.
        tolerated: harm up to which nothing is proven.
        harmed: harm beyond what is tolerated is proven.
        better: benefit is proven.
        safe: harm beyond the margin is ruled out.
        chance: chance of still proving a benefit by the planned end if the effect is one standard error better.
        danger: chance of still proving that harm by the planned end if the effect is one standard error worse.
        odds: log of the odds that bets hold for harm and for benefit, shape [G, 2]; None for the other rules.
        detectable: effect that is proven with 80 % probability by the planned end.
    """

    rule: str
    count: Floats
    effect: Floats
    error: Floats
    low: Floats
    high: Floats
    harm_needed: Floats
    benefit_needed: Floats
    tau: Floats
    noise: Floats
    margin: Floats
    harmed: Flags
    better: Flags
    safe: Flags
    chance: Floats
    danger: Floats
    odds: Floats | None
    detectable: float
    tolerated: float = 0.0


def _largest(values: Floats) -> float:
    return float(np.abs(values).max()) if values.size else 0.0


def margin(judged: JudgedKpi, history: PairedSeries) -> float:
    """Return the non-inferiority margin in the KPI's unit; level and spread are the comparison arm's in the history."""
    return _amount(judged.margin, judged.margin_unit, history)


def tolerated(judged: JudgedKpi, history: PairedSeries) -> float:
    """Return the harm up to which nothing is proven, in the KPI's unit."""
    return _amount(judged.tolerated, judged.margin_unit, history) if judged.tolerated else 0.0


def _amount(value: float, unit: MarginUnit, history: PairedSeries) -> float:
    if unit is MarginUnit.RELATIVE:
        return value * abs(history.mean(1))
    if unit is MarginUnit.SD:
        return value * history.spread(1)
    return value


def _sign(direction: Direction) -> float:
    return 1.0 if direction is Direction.HIGHER else -1.0


def _harm(direction: Direction, effect: Floats, allowed: float) -> Floats:
    """Return the harm in effects; for a band, movement either way beyond the margin."""
    return np.abs(effect) - allowed if direction is Direction.BAND else -_sign(direction) * effect


def _limit(direction: Direction, allowed: float) -> float:
    """Return the harm that a proceed must rule out; a band's margin is already taken off its harm."""
    return 0.0 if direction is Direction.BAND else allowed


@dataclass(frozen=True)
class Bounds:
    """The three boundaries of a KPI."""

    harm: Boundary
    benefit: Boundary
    safety: Boundary

    @classmethod
    def of(cls, policy: Policy, metrics: int) -> Bounds:
        """Return the boundaries of a KPI among `metrics` KPIs."""
        return cls(
            Boundary(policy.harm_alpha / metrics, policy.minimum_harm, policy.planned, HARM_DELTA),
            Boundary(policy.benefit_alpha, policy.minimum_proceed, policy.planned),
            Boundary(policy.alpha, policy.minimum_proceed, policy.planned),
        )


def trace(item: KpiEvidence, policy: Policy, metrics: int) -> Trace:
    """Return the course of one KPI of a canary with `metrics` KPIs.

    Needs a history of at least 16 points with data (ask `blindness` first).
    """
    history, canary = item.history, item.canary
    bounds, allowed = Bounds.of(policy, metrics), margin(item.judged, item.history)
    if (rare := counts.rarity(item.judged.kpi.reading, history, policy.planned)) is not None:
        return _bets(item, rare, policy, bounds, allowed)
    offset = centre(history)
    moved, tried = moves(history, offset), moves(canary, offset)
    scale = _largest(moved)
    if scale <= ROUNDING * _largest(history.values):
        rest = ROUNDING * np.maximum(np.abs(canary.values).max(axis=1), _largest(history.values))
        tried = np.where(np.abs(tried) <= rest, 0.0, tried)
        size = _largest(tried) or 1.0
        course = still(tried / size, policy.planned, policy.minimum_harm)
        return _scored("still", item, bounds, course, allowed=allowed, scale=size)
    usual = float(history.weight.mean())
    with np.errstate(over="ignore"):  # what is infinitely far is far
        now = Series(tried / scale, canary.weight / usual)
    found = path(Series(moved / scale, history.weight / usual), now, policy.planned, gap(history, canary))
    return _scored("score", item, bounds, found, allowed=allowed, scale=scale)


def centre(history: PairedSeries) -> float:
    """Return a level near the history's differences, so that scaling loses no digits; needs a point with data."""
    return float(np.median(history.difference[history.weight > 0]))


def moves(series: PairedSeries, offset: float) -> Floats:
    """Return the differences less a standing offset, shape [N]; 0 at points without data in both arms."""
    return np.where(series.weight > 0, series.difference - offset, 0.0)


def gap(history: PairedSeries, canary: PairedSeries) -> int:
    """Return how many points lie between history and canary, as far as their times tell; 0 when they do not."""
    if history.count < 2 or canary.count == 0:  # noqa: PLR2004 - one point has no step
        return 0
    step = float(np.median(np.diff(history.times)))
    return min(round((canary.times[0] - history.times[-1]) / step), history.count) if step > 0 else 0


def _scored(rule: str, item: KpiEvidence, bounds: Bounds, found: Path, *, allowed: float, scale: float) -> Trace:
    direction, tau, spared = item.judged.kpi.direction, found.tau, tolerated(item.judged, item.history)
    effect, error = scale * found.effect, scale * found.error
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        unit = error / np.sqrt(tau)  # KPI units per unit of the standardised score
        needed = {
            name: np.nan_to_num(unit * boundary.height(tau, found.freedom), nan=math.inf, posinf=math.inf)
            for name, boundary in (("harm", bounds.harm), ("benefit", bounds.benefit), ("safety", bounds.safety))
        }
        doubt = scale * found.apart + _doubt(item)[found.count.astype(int) - 1]
        needed = {name: height + doubt for name, height in needed.items()}
        harm = _harm(direction, effect, allowed)
        unknown = np.isinf(error)  # no look yet at a KPI whose history never moved, or no traffic: nothing is hopeless
        chance = np.where(unknown, 1.0, _chance(-harm / unit, tau, bounds.benefit.widened(found.freedom)))
        danger = np.where(unknown, 1.0, _chance((harm - spared) / unit, tau, bounds.harm.widened(found.freedom)))
    limit = _limit(direction, allowed)
    enough_harm, enough = found.count >= bounds.harm.first, found.count >= bounds.benefit.first
    proof = bounds.benefit if item.judged.role is Role.PRIMARY else bounds.harm
    return Trace(
        rule=rule,
        count=found.count,
        effect=effect,
        error=error,
        low=effect - needed["benefit"],
        high=effect + needed["benefit"],
        harm_needed=needed["harm"] + spared,
        benefit_needed=needed["benefit"],
        tau=tau,
        noise=found.noise,
        margin=np.full(tau.size, allowed),
        harmed=enough_harm & (harm > needed["harm"] + spared),
        better=enough & (-harm > needed["benefit"]),
        safe=enough & (harm + needed["safety"] < limit),
        chance=chance,
        danger=danger,
        odds=None,
        detectable=scale * found.final * (float(proof.widened(np.array(found.final_freedom))) + _Z_POWER),
        tolerated=spared,
    )


def _doubt(item: KpiEvidence) -> Floats:
    """Return by how much a standing offset may have moved with the level since the history, shape [N].

    Nobody knows whether an offset is a number or a share of the level: when the level doubles, one that is a share
    doubles, too. What moves the level moves both arms, so the arm counts that moved less; less than `_STEADY` is none.
    Values that change their sign have no level to be a share of.
    """
    history, canary = item.history, item.canary
    levels = np.array([history.mean(0), history.mean(1)])
    if not (history.values.min() >= 0 and levels.min() > 0):
        return np.zeros(canary.count)
    weight = np.ones_like(canary.values) if canary.trials is None else canary.trials
    made = np.cumsum(weight, axis=0)
    usual = np.broadcast_to(levels, made.shape).copy()
    scale = max(_largest(canary.values), float(levels.max()))
    now = np.divide(np.cumsum(canary.values / scale * weight, axis=0), made, out=usual / scale, where=made > 0)
    change = np.abs(now / (levels / scale) - 1).min(axis=1)
    if isinstance(item.judged.kpi.reading, RatioReading | ShareAboveReading) and levels.max() < 1:
        change = np.maximum(change, np.abs((levels - scale * now) / (1 - levels)).min(axis=1))
    moved: Floats = abs(levels[0] - levels[1]) * np.where(change > _STEADY, change, 0.0)
    return moved


def _chance(score: Floats, tau: Floats, height: Floats) -> Floats:
    """Return the chance that a score exceeds its boundary's `height` at the planned end, if it is one error better.

    `score` is the standardised score so far, with standard error sqrt(tau); it grows by score / tau per unit of tau
    (Lan, Simon & Halperin 1982, "Stochastically curtailed tests"). Neither effect nor noise (0 / 0) is no score.
    """
    left = np.clip(1 - tau, 0.0, 1.0)
    spread, score = np.sqrt(left), np.where(np.isnan(score), 0.0, score)
    with np.errstate(divide="ignore", invalid="ignore"):
        ahead = score + left * (score + np.sqrt(tau)) / tau - height
        found: Floats = np.where(spread > 0, ndtr(ahead / spread), (ahead > 0).astype(float))
    return found


def _bets(item: KpiEvidence, rare: Rarity, policy: Policy, bounds: Bounds, allowed: float) -> Trace:
    direction = item.judged.kpi.direction
    found = counts.bets(item.canary, rare, item.history, policy.planned, policy.alpha)
    seen = counts.events(item.canary, flipped=rare.flipped)
    trials = item.canary.trials
    if trials is None:
        raise AssertionError("the rule for counts was chosen for a gauge")
    made = np.cumsum(trials, axis=0)
    rates = np.cumsum(seen, axis=0) / np.maximum(made, 1e-300)
    way = -1.0 if rare.flipped else 1.0
    effect = way * (rates[:, 0] - rates[:, 1]) + 0.0  # no -0
    spread = np.sqrt(np.cumsum(seen, axis=0) + 0.5) / np.maximum(made, 1e-300)
    low, high = _between(found, way)
    up, down = (found.more, found.fewer) if way > 0 else (found.fewer, found.more)
    if direction is Direction.BAND:
        harm_odds, benefit_odds = np.maximum(up, down) - math.log(2), np.full(effect.size, -np.inf)
        worst = np.maximum(np.abs(low), np.abs(high))
    else:
        harm_odds, benefit_odds = (down, up) if direction is Direction.HIGHER else (up, down)
        worst = -low if direction is Direction.HIGHER else high
    count = np.arange(1, effect.size + 1, dtype=float)
    enough_harm, enough = count >= bounds.harm.first, count >= bounds.benefit.first
    spared = tolerated(item.judged, item.history)
    tau = np.minimum(count / policy.planned, 1.0)
    unknown = np.full(effect.size, math.nan)
    left = policy.planned / np.maximum(count, 1.0)
    return Trace(
        rule="bets",
        count=count,
        effect=effect,
        error=np.hypot(spread[:, 0], spread[:, 1]),
        low=low,
        high=high,
        harm_needed=unknown,
        benefit_needed=unknown,
        tau=tau,
        noise=np.ones(effect.size),
        margin=np.full(effect.size, allowed),
        harmed=enough_harm
        & (harm_odds >= -math.log(bounds.harm.alpha))
        & _beyond(item, rare, policy, bounds.harm.alpha, spared),
        better=enough & (benefit_odds >= -math.log(bounds.benefit.alpha)),
        safe=enough & (worst < allowed),
        chance=np.where(np.maximum(benefit_odds, 0) * left >= -math.log(bounds.benefit.alpha), 1.0, 0.0),
        danger=np.where(np.maximum(harm_odds, 0) * left >= -math.log(bounds.harm.alpha), 1.0, 0.0),
        odds=np.stack([harm_odds, benefit_odds], axis=1),
        detectable=detectable_rate(item.history, rare, policy, bounds, item.judged.role),
        tolerated=spared,
    )


def _between(found: counts.Bets, way: float) -> tuple[Floats, Floats]:
    """Return low and high of the effect, [N] each; `way` is -1 when what is rare are the trials without events."""
    low, high = found.low[:, 0] - found.high[:, 1], found.high[:, 0] - found.low[:, 1]
    return (low, high) if way > 0 else (-high, -low)


def _beyond(item: KpiEvidence, rare: Rarity, policy: Policy, alpha: float, spared: float) -> Flags:
    """Return where harm is more than `spared` with certainty 1 - alpha, at all points together; [N].

    Odds against equal rates say nothing of that, so bounds of both rates do: simple, valid, and a little slow.
    """
    if spared == 0:
        return np.ones(item.canary.count, dtype=bool)
    sure = counts.bets(item.canary, rare, item.history, policy.planned, alpha)
    low, high = _between(sure, -1.0 if rare.flipped else 1.0)
    least = {Direction.HIGHER: -high, Direction.LOWER: low, Direction.BAND: np.maximum(low, -high)}
    beyond: Flags = least[item.judged.kpi.direction] > spared
    return beyond


def detectable_rate(history: PairedSeries, rare: Rarity, policy: Policy, bounds: Bounds, role: Role) -> float:
    """Return the change of the rate that bets prove with about 80 % probability by the planned end.

    Expected log odds per event at a ratio r are kl(r / (1 + r), 1 / 2) (Wald 1945); solved for r, which is large where
    the history has no event.
    """
    if history.trials is None:
        raise AssertionError("the rule for counts was chosen for a gauge")
    seen, made = counts.events(history, flipped=rare.flipped), history.trials
    rate = max(float(seen.sum()), 0.5) / float(made.sum())
    first, second = made.mean(axis=0) * policy.planned
    alpha = bounds.benefit.alpha if role is Role.PRIMARY else bounds.harm.alpha
    for log_ratio in np.linspace(0.05, 20.0, 400):
        more = rate * math.exp(log_ratio)
        gain = more * first * log_ratio - (more * first + rate * second) * math.log(
            (math.exp(log_ratio) * first + second) / (first + second)
        )
        if gain - 1.3 * math.sqrt(max(gain, 0.0)) > -math.log(alpha) + 1.0:
            return more - rate
    return math.inf
