"""Error rate of a canary whose share grows (5, 10, 20, 50 %), held against a history at 20 %; and what it finds."""

from __future__ import annotations

import math

import numpy as np
from scipy.signal import lfilter

from benchmarks._measure import table
from controller.decide import mismatch
from controller.decide.canary import hopeless
from controller.decide.policy import Policy
from controller.decide.trace import trace
from controller.model import Floats, JudgedKpi, KpiEvidence, PairedSeries, Role
from exporter.metric import Direction, Kpi, RatioReading, Selector, Unit

HISTORY = 5760
STEPS = (0.05, 0.1, 0.2, 0.5)
USUAL = 0.2
UNITS = 3000.0  # per point, over all arms
LEVEL = 0.5
REPEATS = 600
SEED = 20261120
_ANY = Selector("any")
_KPI = JudgedKpi(
    Kpi("kpi", "KPI", "", RatioReading(_ANY, _ANY), Direction.HIGHER, Unit.RATIO, 0.01), Role.PRIMARY, 0.01
)


def _wander(rng: np.random.Generator, size: int, sd: float) -> Floats:
    """Return AR(1) noise with rho 0.5, shape [2, size]."""
    made: Floats = lfilter([1.0], [1.0, -0.5], rng.standard_normal((2, size)) * sd * math.sqrt(0.75), axis=1)
    return made


def _evidence(rng: np.random.Generator, policy: Policy, sd: float, effect: float) -> KpiEvidence:
    grown = np.repeat(STEPS, policy.planned // len(STEPS))
    size = HISTORY + grown.size
    during = np.arange(size) >= HISTORY
    shares = np.full(size, USUAL)
    shares[during] = grown
    units = rng.poisson(UNITS, size)
    canary = rng.binomial(units, shares)
    trials = np.stack([canary, units - canary])
    chance = np.clip(LEVEL + _wander(rng, size, sd) + np.stack([effect * during, 0 * during]), 0, 1)
    values = (rng.binomial(trials, chance) / np.maximum(trials, 1)).T.astype(np.float64)
    odds = (grown / (1 - grown) / (USUAL / (1 - USUAL))).astype(np.float64)
    made = trials.T.astype(np.float64)
    times = np.arange(size, dtype=np.float64) - HISTORY
    return KpiEvidence(
        _KPI,
        PairedSeries(times[during], values[during], made[during], grown.size, traffic=odds),
        PairedSeries(times[~during], values[~during], made[~during], HISTORY),
    )


def _ending(item: KpiEvidence, policy: Policy) -> str:
    split = mismatch.share(item.history, item.canary, policy)
    if split is not None and split.off.any():
        return "mismatch"
    found = trace(item, policy, 1)
    flags = {"proceed": found.better, "rollback": found.harmed, "inconclusive": hopeless(found, policy)}
    ends = {name: int(np.argmax(flag)) for name, flag in flags.items() if flag.any()}
    return min(ends, key=lambda name: ends[name]) if ends else "inconclusive"


def run() -> str:
    """Count the endings without and with an effect, for three sizes of wandering rates."""
    policy, rows = Policy(), []
    for effect in (0.0, 0.006):
        for sd in (0.0, 0.01, 0.03):
            rng = np.random.default_rng([SEED, round(1000 * sd), round(1000 * effect)])
            ends = [_ending(_evidence(rng, policy, sd, effect), policy) for _ in range(REPEATS)]
            shares = [ends.count(name) / REPEATS for name in ("proceed", "rollback", "inconclusive", "mismatch")]
            wrong = shares[0] + shares[1]
            error = math.sqrt(wrong * (1 - wrong) / REPEATS)
            numbers = (f"{100 * share:.1f}" for share in shares)
            rows.append((f"{effect:+.3f}", f"{sd:.2f}", *numbers, f"{100 * error:.1f}"))
    titles = ("effect", "wandering sd", "proceed %", "rollback %", "inconclusive %", "mismatch %", "MC error")
    return table(titles, rows)
