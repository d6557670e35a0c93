"""What a canary on one KPI detects: over its duration, over its share of the traffic, and how long an effect needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.config.config import Config
from controller.cycle.live import configured_weights, shares
from controller.decide import power
from controller.decide.power import Plan, points_needed
from controller.decide.score import longest
from controller.model import JudgedKpi, PairedSeries
from exporter import names
from exporter.seconds import DAY

DURATIONS = (900.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0)  # seconds
SHARES = (0.05, 0.1, 0.2, 0.5)  # of the units in the canary arm
MOST = 7 * DAY  # seconds of the longest canary that is thought of


@dataclass(frozen=True)
class Reach:
    """What a plan detects.

    Attributes:
        seconds: judged time of the canary.
        share: the canary arm's share of the units.
        effect: minimum detectable effect in the KPI's unit; infinite when the plan detects none.
        configured: whether this is what autopilot.yaml says.
    """

    seconds: float
    share: float
    effect: float
    configured: bool


@dataclass(frozen=True)
class Need:
    """An effect that is hoped for, in the KPI's unit, and the seconds that it needs; None: more than `most` seconds."""

    effect: float
    seconds: float | None
    most: float


@dataclass(frozen=True)
class Hope:
    """An effect to plan for: in the KPI's unit, or relative to the comparison's level."""

    kpi: str
    size: float
    relative: bool = False


@dataclass(frozen=True)
class Planner:
    """Plans for one KPI, from its A/A history."""

    judged: JudgedKpi
    history: PairedSeries
    config: Config

    @property
    def step(self) -> float:
        """Seconds between two points."""
        return self.config.prometheus.scrape_interval

    @property
    def planned(self) -> float:
        """Configured judged time in seconds."""
        return self.config.policy.planned * self.step

    def durations(self) -> tuple[Reach, ...]:
        """Return what each duration detects; too short ones, in which no promotion is possible, are left out."""
        policy, share = self.config.policy, self.config.canary.weights[names.CANARY]
        lengths = {max(1, round(seconds / self.step)) for seconds in DURATIONS} | {policy.planned}
        return tuple(
            Reach(points * self.step, share, self._effect(Plan(points)), points == policy.planned)
            for points in sorted(lengths)
            if points >= policy.minimum_proceed or points == policy.planned
        )

    def shares(self) -> tuple[Reach, ...]:
        """Return what each share of the units detects within the configured duration."""
        configured = self.config.canary.weights[names.CANARY]
        now = self._information(configured_weights(self.config))
        found = []
        for share in sorted({*SHARES, configured}):
            own = share == configured
            more = 1.0 if own else self._information(shares(share)) / now
            found.append(Reach(self.planned, share, self._effect(Plan(self.config.policy.planned, more)), own))
        return tuple(found)

    def _information(self, weights: Mapping[str, float]) -> float:
        others = sum(weights[arm] for arm in self.judged.kpi.comparison)
        return power.said(weights[names.CANARY], others)

    def _effect(self, plan: Plan) -> float:
        return power.detectable(self.judged, self.history, self.config.policy, len(self.config.judged), plan)

    def need(self, hope: Hope) -> Need:
        """Return how long an effect must be watched: the shortest canary that detects it."""
        size = abs(hope.size) * (abs(self.history.mean(1)) if hope.relative else 1.0)
        policy, metrics = self.config.policy, len(self.config.judged)
        most = min(round(MOST / self.step), longest(self.history.count))
        points = points_needed(self.judged, self.history, policy, metrics, effect=size, most=most)
        return Need(size, None if points is None else points * self.step, most * self.step)
