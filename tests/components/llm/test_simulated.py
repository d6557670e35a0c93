"""The simulated LLM goes through the real breaker and reports as the client does."""

from __future__ import annotations

import numpy as np
from prometheus_client import CollectorRegistry

from components.llm.breaker import Breaker, BreakerSettings
from components.llm.simulated import SimulatedLlm
from components.prometheus_reporter import PrometheusReporter
from tests.components.support import total


def test_it_answers_while_the_breaker_admits_and_counts_either() -> None:
    registry = CollectorRegistry()
    breaker = Breaker(BreakerSettings(window=2, minimum_calls=2))
    llm = SimulatedLlm(breaker, PrometheusReporter(registry, ()), np.random.default_rng(1))
    gains = [llm.ask("baseline", float(i)) for i in range(50)]
    assert all(gain is not None and 0.0 <= gain <= 1.0 for gain in gains)
    permit = breaker.admit(50.0)
    assert permit is not None
    breaker.settle(permit, 50.0, failed=True)  # one of the last two: 50 %
    assert llm.ask("baseline", 51.0) is None
    assert total(registry, "vvtv_llm_requests_total", variant="baseline", outcome="ok") == 50
    assert total(registry, "vvtv_llm_requests_total", variant="baseline", outcome="rejected") == 1
    mean = total(registry, "vvtv_llm_request_duration_seconds_sum", variant="baseline") / 50
    assert 0.015 < mean < 0.035
