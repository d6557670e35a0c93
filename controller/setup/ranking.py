"""Candidates with their noise: what a canary detects on each, and in which order they are worth being KPIs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from controller.adapters import ranges
from controller.adapters.prometheus import Prometheus
from controller.config.config import Config
from controller.model import Window
from controller.replay.planning import outlooks
from controller.setup.candidate import Candidate
from exporter.metric import Direction

SHARE = 0.05  # of the level: a margin, unless a canary detects less
ROOM = 1.5  # times what a canary detects: a margin that it can rule out
READ = 12  # candidates whose noise is read
BLIND = 0.5  # of the level: who detects only more than that sees nothing
_HOW = {"ratio": 0, "tail": 1, "mean": 1, "gauge": 2}


@dataclass(frozen=True)
class Ranked:
    """A candidate with its noise.

    Attributes:
        one: the candidate.
        level: in the comparison arms.
        detects: what a canary of `canary.duration` detects, in the KPI's unit; NaN when that is not known.
        problem: why it is not known; empty when it is.
        margin: proposed, in the KPI's unit.
    """

    one: Candidate
    level: float
    detects: float
    problem: str
    margin: float

    @property
    def share(self) -> float:
        """What is detected, as a share of the level; infinite when nobody knows."""
        known = math.isfinite(self.detects) and self.level
        return self.detects / abs(self.level) if known else math.inf

    @property
    def why(self) -> str:
        """Why it stands where it does, in words."""
        noise = f"a canary detects {100 * self.share:.2g} % of it" if math.isfinite(self.share) else self.problem
        guess = "" if self.one.sure else "; which direction is good is a guess"
        return f"{self.one.why}; {noise}{guess}"


def metric(one: Candidate, margin: float) -> dict[str, Any]:
    """Return a candidate's entry in `metrics`."""
    return {"name": one.name, "direction": str(one.direction), "unit": one.unit, "margin": margin, **one.reading}


def rounded(value: float) -> float:
    """Return a value in two digits; 1e-6 for nothing."""
    return float(f"{value:.2g}") if value > 0 and math.isfinite(value) else 1e-6


def ranked(
    found: Iterable[Candidate], prometheus: Prometheus, config: dict[str, Any], now: float, seconds: float
) -> tuple[Ranked, ...]:
    """Return the candidates, the best first; the noise is read of the first `READ`. Raises PrometheusError.

    Args:
        found: candidates.
        prometheus: where their samples are.
        config: the sections `service`, `prometheus` and `canary`.
        now: unix seconds.
        seconds: of history to read.
    """
    first = sorted(found, key=lambda one: (_HOW[one.how], not one.sure))[:READ]
    if not first:
        return ()
    metrics = [metric(one, rounded(SHARE * abs(one.level))) for one in first]
    usable = next((one.name for one in first if one.direction is not Direction.BAND), first[0].name)
    whole = {
        **config,
        "metrics": metrics,
        "kpis": {"primary": usable, "guardrails": [one.name for one in first if one.name != usable]},
        "parameters": {"none": {"low": 0, "high": 1, "default": 0, "step": 1, "prior": {"sd": 1}}},
    }
    read = Config.model_validate(whole)
    record = ranges.read(prometheus, read, Window(now - seconds, now), ())
    known = {found.judged.kpi.name: found for found in outlooks(record, read, ())}
    result = []
    for one in first:
        outlook = known[one.name]
        detects = next((reach.effect for reach in outlook.durations if reach.configured), math.nan)
        level = outlook.level if math.isfinite(outlook.level) else one.level
        beyond = ROOM * detects if math.isfinite(detects) else 0.0
        margin = rounded(max(SHARE * abs(level), beyond))
        problem = outlook.problem
        result.append(Ranked(one, level, detects, f"noise not known yet: {problem}" if problem else "", margin))
    return tuple(sorted(result, key=_order))


def _order(found: Ranked) -> tuple[bool, bool, int, float]:
    """Return the place of a candidate: seen at all, its direction known, exact, then little noise."""
    return found.share > BLIND, not found.one.sure, _HOW[found.one.how], found.share
