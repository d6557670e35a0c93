"""When a monitor speaks of drift, and how long a pause lasts; times in seconds. The section `drift` is made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from exporter.seconds import DAY, HOUR

MOST_DOUBLINGS = 60  # beyond it every pause is capped anyhow


@dataclass(frozen=True)
class PredictionPolicy:
    """The median prediction error beyond noise.

    Attributes:
        window: over which the median is taken.
        target: error that is wanted; more is a warning.
        limit: error that is drift when it lasts.
        lasting: for how long it must have been above the limit without a break.
        least: predictions in the window below which their median says nothing.
        known: measured canaries below which predictions rest mostly on priors.
    """

    window: float = 14 * DAY
    target: float = 0.2
    limit: float = 0.3
    lasting: float = 3 * DAY
    least: int = 5
    known: int = 15


@dataclass(frozen=True)
class CoveragePolicy:
    """The share of predicted 95 % intervals that held what was measured.

    Attributes:
        window: over which predictions count.
        expected: share that a healthy model reaches at the least.
        chance: of so few hits, were the share `expected`, below which it is drift; over all KPIs together.
        least: predictions in the window below which nothing is said.
    """

    window: float = 14 * DAY
    expected: float = 0.9
    chance: float = 0.001
    least: int = 8


@dataclass(frozen=True)
class RollbackPolicy:
    """The share of judged canaries that were rolled back.

    Attributes:
        window: over which it is held against `limit`.
        limit: share that is drift when chance does not explain it.
        target_window: over which it is held against `target`.
        target: share that is wanted; clearly more is a warning.
        chance: of so many rollbacks, were the share at the limit (or target), below which chance does not explain it.
        least: rollbacks below which it is never drift.
    """

    window: float = 7 * DAY
    limit: float = 0.10
    target_window: float = 14 * DAY
    target: float = 0.05
    chance: float = 0.01
    least: int = 3


@dataclass(frozen=True)
class FailurePolicy:
    """Canaries that failed one after the other; `row` of them are drift."""

    row: int = 3


@dataclass(frozen=True)
class PlantPolicy:
    """Whether a KPI's level, with the values in force, is still what it was.

    Attributes:
        baseline: history that says how the KPI usually goes.
        watch: the time after it, in which a shift is looked for.
        settle: after a change of the values in force, the time from which the new level is learnt.
        slack: of the cumulative sum, in standard deviations per point: half the shift that it is best at.
        threshold: of the cumulative sum, in the same.
        sure: confidence that a shift is there, allowing for what the noise model does not know.
    """

    baseline: float = 168 * HOUR
    watch: float = 96 * HOUR
    settle: float = 24 * HOUR
    slack: float = 0.25
    threshold: float = 10.0
    sure: float = 0.999


@dataclass(frozen=True)
class PausePolicy:
    """How long a pause lasts, and how proposals come back after it.

    Attributes:
        first: length of the first pause.
        most: length of the longest.
        quiet: time without a pause after which one strike is forgotten.
        return_over: time over which proposals get their room back.
        stages: shares of the room on the way back, ascending; the last one is followed by all of it.
    """

    first: float = 48 * HOUR
    most: float = 7 * DAY
    quiet: float = 14 * DAY
    return_over: float = 7 * DAY
    stages: tuple[float, ...] = (0.25, 0.5)


@dataclass(frozen=True)
class DriftPolicy:
    """All of them."""

    prediction: PredictionPolicy = field(default_factory=PredictionPolicy)
    coverage: CoveragePolicy = field(default_factory=CoveragePolicy)
    rollbacks: RollbackPolicy = field(default_factory=RollbackPolicy)
    failures: FailurePolicy = field(default_factory=FailurePolicy)
    plant: PlantPolicy = field(default_factory=PlantPolicy)
    pause: PausePolicy = field(default_factory=PausePolicy)
