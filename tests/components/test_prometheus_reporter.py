"""Batches enter the metrics as single observations would; every series is there from the start."""

from __future__ import annotations

import numpy as np
import pytest
from prometheus_client import CollectorRegistry, Histogram

from components.prometheus_reporter import SERVICE_METRICS, HistogramBatch, PrometheusReporter
from exporter.parameter import choice
from exporter.parameters import LiveParameters, Values, uniform
from exporter.reference import REFERENCE_PARAMETERS
from tests.components.support import total


def test_a_batch_is_the_same_as_one_observe_per_value() -> None:
    one, batch = (Histogram("h", "h", registry=CollectorRegistry(), buckets=(0.5, 1.0, 2.5)) for _ in range(2))
    values = np.array([0.1, 0.5, 0.50001, 1.0, 2.5, 2.6, 100.0, 0.0])
    for value in [*values.tolist(), *[0.7] * 5]:
        one.observe(value)
    adder = HistogramBatch(batch)
    adder.observe(values)
    adder.observe_many(0.7, 5)
    adder.observe(np.array([]))
    for mine, theirs in zip(batch.collect(), one.collect(), strict=True):
        assert [(s.name, s.labels) for s in mine.samples] == [(s.name, s.labels) for s in theirs.samples]
        assert [s.value for s in mine.samples] == pytest.approx([s.value for s in theirs.samples])


def test_every_metric_of_the_service_has_samples_before_anything_happened() -> None:
    registry = CollectorRegistry()
    PrometheusReporter(registry, REFERENCE_PARAMETERS.specs)
    sampled = {s.name.removesuffix("_count") for family in registry.collect() for s in family.samples}
    assert {metric.name for metric in SERVICE_METRICS} <= sampled
    assert total(registry, "vvtv_llm_breaker_state", state="closed") == 1.0


def test_values_in_force_fall_back_to_control_when_the_canary_expires() -> None:
    registry = CollectorRegistry()
    reporter = PrometheusReporter(registry, REFERENCE_PARAMETERS.specs)
    plain = uniform(REFERENCE_PARAMETERS.defaults(), "s")
    arms = {**plain.arms, "canary": {**plain.arms["canary"], "temperature": 0.75}}
    live = LiveParameters(arms=arms, weights=plain.weights, salt="s", canary="c1", expires_at=100.0)
    for now, value, expired in ((99.0, 0.75, 0.0), (100.0, 0.6, 1.0)):
        reporter.in_force(live, now)
        assert total(registry, "vvtv_parameter_value", parameter="temperature", variant="canary") == value
        assert total(registry, "vvtv_parameter_value", parameter="temperature", variant="control") == 0.6
        assert total(registry, "vvtv_canary_expired") == expired


def test_a_choice_in_force_is_shown_as_its_index() -> None:
    registry = CollectorRegistry()
    mode = choice("mode", ("calm", "bold"), "calm")
    reporter = PrometheusReporter(registry, (mode,))
    plain = uniform({"mode": "calm"}, "s")
    arms: dict[str, Values] = {**plain.arms, "canary": {"mode": "bold"}}
    reporter.in_force(LiveParameters(arms=arms, weights=plain.weights, salt="s", canary="c1", expires_at=9.0), 1.0)
    assert total(registry, "vvtv_parameter_value", parameter="mode", variant="canary") == 1.0
    assert total(registry, "vvtv_parameter_value", parameter="mode", variant="control") == 0.0
