"""A canary as two arms' series, judged by the code that judges real ones, at the first point that decides.

Each response is a gauge with the noise of `noise.py`, scaled so that a full canary measures an effect with the plant's
`canary_se`. A canary that is decided early is shorter, and its effect less certain; the estimate is the verdict's own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from controller.decide import canary as looks
from controller.decide.canary import Look
from controller.decide.case import Case, MarginUnit, MetricCase, SeriesKind
from controller.decide.policy import Policy
from controller.decide.sequence import evidence, judge
from controller.decide.trace import Bounds
from controller.model import Role, Verdict
from controller.trials.simulation.measuring import Canary, Measured
from controller.trials.simulation.noise import Noise
from controller.trials.simulation.plant import CheckedPlant
from controller.trials.simulation.task import Estimate
from exporter.metric import Direction

LEAST_MARGIN = 0.01  # of canary_se: what a guardrail without headroom may cost, so that no harm can be ruled out at all


def needed(policy: Policy) -> tuple[float, float]:
    """Return how many standard errors prove a benefit, and a guardrail harmless, at the planned end."""
    bounds = Bounds.of(policy, 1)
    return bounds.benefit.constant, bounds.safety.constant


class SeriesMeasurer:
    """Draws both arms' points with their A/A history, and asks `controller.decide`.

    Args:
        plant: whose canaries these are.
        policy: how strict a verdict is; `planned` points are a full canary.
        rng: where the noise comes from.
        noise: what it is like.
    """

    def __init__(
        self, plant: CheckedPlant, policy: Policy, rng: np.random.Generator, noise: Noise | None = None
    ) -> None:
        self._plant, self._policy, self._rng = plant, policy, rng
        self._noise = noise or Noise()
        self._sd = plant.canary_se / self._noise.error(policy.planned)

    def measure(self, canary: Canary) -> Measured:
        """Return the verdict at the first point that decides, and the effects as they stood there."""
        planned = self._policy.planned
        points = max(1, round(canary.part * planned))
        case = self.case(canary, points)
        found = judge(case, self._policy)
        at = points if found.decided_at is None else found.decided_at + 1
        look = _look(case, at, self._policy)
        effects = {kpi.kpi: Estimate(kpi.effect, kpi.standard_error) for kpi in look.kpis}
        verdict, reason = found.verdict, "; ".join(found.reasons)
        if verdict is Verdict.UNDECIDED:
            verdict, reason = Verdict.INCONCLUSIVE, f"cut short after {canary.part:.0%} of its planned length; {reason}"
        return Measured(effects, verdict, reason, at / planned)

    def case(self, canary: Canary, points: int) -> Case:
        """Return the first `points` of a canary with its history, as a judge takes it."""
        metrics = tuple(self._metric(name, canary, points) for name in canary.now)
        return Case("simulated", self._policy.planned, self._policy.alpha, metrics)

    def _metric(self, name: str, canary: Canary, points: int) -> MetricCase:
        past, planned = self._noise.history, self._policy.planned
        first, second = canary.now[name] + self._sd * self._noise.arms(self._rng, planned)
        first[past:] += canary.then[name] - canary.now[name]
        primary = name == self._plant.primary
        room = 0.0 if primary else canary.room[name]
        return MetricCase(
            name=name,
            role=Role.PRIMARY if primary else Role.GUARDRAIL,
            kind=SeriesKind.GAUGE,
            direction=Direction.HIGHER if primary else Direction.LOWER,
            margin=max(room, LEAST_MARGIN * self._plant.canary_se),
            margin_unit=MarginUnit.ABSOLUTE,
            canary=first[past : past + points],
            comparison=second[past : past + points],
            history_canary=first[:past],
            history_comparison=second[:past],
            tolerated=max(room, 0.0),
        )


def _look(case: Case, points: int, policy: Policy) -> Look:
    """Return the look after so many points, which says how certain each effect is."""
    metrics = tuple(
        replace(metric, canary=metric.canary[:points], comparison=metric.comparison[:points]) for metric in case.metrics
    )
    return looks.judge(evidence(replace(case, metrics=metrics)), replace(policy, alpha=case.alpha))
