"""Catalog metrics become collectors whose known label values exist from the start."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from exporter.catalog import CATALOG
from exporter.exposition import render
from exporter.instruments import Instruments
from exporter.metric import Kind, Metric

CALLS = Metric(
    "calls_total", Kind.COUNTER, "Calls.", "test", ("variant", "outcome"), {"variant": ("a", "b"), "outcome": ("ok",)}
)
LEVEL = Metric("level", Kind.GAUGE, "Level.", "test")
OPEN = Metric("open_level", Kind.GAUGE, "Level by a label without fixed values.", "test", ("user",))
TIME = Metric("time_seconds", Kind.HISTOGRAM, "Time.", "test", buckets=(0.1, 1.0))
MODE = Metric("mode", Kind.STATESET, "Mode.", "test", ("of", "mode"), {"mode": ("on", "off", "asleep")})
ALL = (CALLS, LEVEL, OPEN, TIME, MODE)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def instruments(registry: CollectorRegistry) -> Instruments:
    return Instruments(ALL, registry)


def test_fixed_label_values_are_exposed_as_zero_before_anything_happened(
    instruments: Instruments, registry: CollectorRegistry
) -> None:
    assert instruments.registry is registry
    assert registry.get_sample_value("calls_total", {"variant": "b", "outcome": "ok"}) == 0
    assert registry.get_sample_value("level") == 0
    assert registry.get_sample_value("time_seconds_bucket", {"le": "+Inf"}) == 0
    assert b"open_level{" not in render(registry)[1]


def test_what_is_counted_set_and_observed_is_exposed(instruments: Instruments, registry: CollectorRegistry) -> None:
    instruments.counter(CALLS, "a", "ok").inc(3)
    instruments.gauge(OPEN, "someone").set(1.5)
    instruments.histogram(TIME).observe(0.5)
    assert registry.get_sample_value("calls_total", {"variant": "a", "outcome": "ok"}) == 3
    assert registry.get_sample_value("open_level", {"user": "someone"}) == 1.5
    assert registry.get_sample_value("time_seconds_bucket", {"le": "0.1"}) == 0
    assert registry.get_sample_value("time_seconds_bucket", {"le": "1.0"}) == 1


def test_the_same_child_is_handed_out_again(instruments: Instruments) -> None:
    assert instruments.counter(CALLS, "a", "ok") is instruments.counter(CALLS, "a", "ok")


def test_no_created_series_are_exposed(instruments: Instruments) -> None:
    for accept in ("", "application/openmetrics-text; version=1.0.0"):
        assert b"_created" not in render(instruments.registry, accept)[1]


def test_a_label_value_outside_the_catalog_is_refused_with_those_that_are_right(instruments: Instruments) -> None:
    with pytest.raises(ValueError, match="variant='c' is none of a, b"):
        instruments.counter(CALLS, "c", "ok")


def test_too_few_labels_are_refused(instruments: Instruments) -> None:
    with pytest.raises(ValueError, match="shorter"):
        instruments.counter(CALLS, "a")


def test_an_unregistered_metric_is_refused(instruments: Instruments) -> None:
    with pytest.raises(KeyError):
        instruments.gauge(Metric("other", Kind.GAUGE, "Other.", "test"))


def test_a_metric_of_another_kind_is_refused(instruments: Instruments) -> None:
    with pytest.raises(TypeError, match="not a counter"):
        instruments.counter(LEVEL)
    with pytest.raises(TypeError, match="not a gauge"):
        instruments.gauge(CALLS, "a", "ok")
    with pytest.raises(TypeError, match="not a histogram"):
        instruments.histogram(LEVEL)


def test_a_state_set_has_one_active_state(instruments: Instruments, registry: CollectorRegistry) -> None:
    instruments.state(MODE, "on", "lamp")
    instruments.state(MODE, "asleep", "lamp")
    values = [registry.get_sample_value("mode", {"of": "lamp", "mode": mode}) for mode in MODE.values["mode"]]
    assert values == [0, 0, 1]
    with pytest.raises(ValueError, match="state 'dancing' is none of on, off, asleep"):
        instruments.state(MODE, "dancing", "lamp")


def test_the_whole_catalog_can_be_registered_at_once() -> None:
    registry = CollectorRegistry()
    Instruments(CATALOG.metrics, registry)
    families = {family.name for family in registry.collect()}
    assert families == {metric.name.removesuffix("_total") for metric in CATALOG.metrics}


def test_series_that_are_forgotten_are_gone_until_they_are_set_again(
    instruments: Instruments, registry: CollectorRegistry
) -> None:
    instruments.gauge(OPEN, "ann").set(1)
    instruments.gauge(LEVEL).set(3)
    instruments.forget(OPEN)
    assert registry.get_sample_value("open_level", {"user": "ann"}) is None
    assert registry.get_sample_value("level") == 3
    instruments.gauge(OPEN, "ann").set(2)
    assert registry.get_sample_value("open_level", {"user": "ann"}) == 2
