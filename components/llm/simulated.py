"""The LLM under a simulated clock: the real breaker and reports, with an answer drawn instead of fetched."""

from __future__ import annotations

from typing import Final

import numpy as np

from components.llm.breaker import Breaker
from components.llm.mock import LATENCY
from components.reporter import LlmReporter

_HTTP_SECONDS: Final = 0.004
"""What HTTP on loopback adds to the mock's own latency."""


class SimulatedLlm:
    """Answers as the mock does in normal life."""

    def __init__(self, breaker: Breaker, reporter: LlmReporter, rng: np.random.Generator) -> None:
        self._breaker = breaker
        self._reporter = reporter
        self._rng = rng

    def ask(self, arm: str, now: float) -> float | None:
        """Return the gain (0..1) that the LLM expects, or None when the breaker stops the call; `now` in seconds."""
        permit = self._breaker.admit(now)
        if permit is None:
            self._reporter.called(arm, "rejected", None)
            return None
        seconds = self._rng.uniform(*LATENCY) + _HTTP_SECONDS
        self._breaker.settle(permit, now + seconds, failed=False)
        self._reporter.called(arm, "ok", seconds)
        return self._rng.random()
