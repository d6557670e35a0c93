"""How components report what happened, without knowing who listens. `prometheus_reporter.py` binds it to metrics.

Counts come in batches (one call per arm and step), because the hot path works on batches.
"""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from exporter.live_file import Reason
from exporter.parameters import LiveParameters

BreakerState = Literal["closed", "half_open", "open"]
LlmOutcome = Literal["ok", "error", "timeout", "invalid", "rejected"]
ReviewOutcome = Literal["applied", "kept", "no_budget", "llm_failed"]


class PlannerReporter(Protocol):
    """What the planner selected."""

    def selected(self, arm: str, count: int, seconds_each: float) -> None:
        """`count` selections were made for an arm, each in `seconds_each` on average."""

    def diversity(self, arm: str, entropy: float, kld: float) -> None:
        """A tumbling window of an arm ended: normalised entropy (ratio) and temporal KLD (nats)."""


class PlayReporter(Protocol):
    """What viewers made of it."""

    def played(self, arm: str, completed: int, abandoned: int) -> None:
        """So many plays of an arm ended, watched to the end or not."""

    def detected(self, arm: str, seconds: NDArray[np.float64]) -> None:
        """HD detections of an arm took so long; shape [B], seconds."""


class CuratorReporter(Protocol):
    """What the curator did."""

    def reviewed(self, outcome: ReviewOutcome) -> None:
        """A slate was reviewed."""

    def budget(self, used: float) -> None:
        """Share of the budget that is spent, 0..1."""


class LlmReporter(Protocol):
    """What became of LLM calls."""

    def called(self, arm: str, outcome: LlmOutcome, seconds: float | None) -> None:
        """A call ended; `seconds` is None when it was never sent."""

    def breaker(self, state: BreakerState) -> None:
        """The breaker entered a state."""


class ParameterReporter(Protocol):
    """Which parameters are in force."""

    def in_force(self, live: LiveParameters, now: float) -> None:
        """These parameters apply from unix time `now`."""

    def file_loaded(self, at: float) -> None:
        """The live file was read at unix time `at`."""

    def file_failed(self, reason: Reason) -> None:
        """The live file could not be read; the last good values stay."""


class Reporter(PlannerReporter, PlayReporter, CuratorReporter, LlmReporter, ParameterReporter, Protocol):
    """All of it."""
