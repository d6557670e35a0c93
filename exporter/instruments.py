"""Metric -> prometheus_client collectors. The registry is passed in; known label values exist from the start.

`labels()` sorts and locks at every call, so children are kept: hot code asks once and holds the child.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from exporter.metric import Kind, Metric

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import CollectorRegistry

disable_created_metrics()  # type: ignore[no-untyped-call]  # `_created` series double every counter and nobody reads them

Collector = Counter | Gauge | Histogram


def _collector(metric: Metric, registry: CollectorRegistry) -> Collector:
    if metric.kind is Kind.COUNTER:
        return Counter(metric.name, metric.help, metric.labels, registry=registry)
    if metric.kind is Kind.HISTOGRAM:
        return Histogram(metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)
    return Gauge(metric.name, metric.help, metric.labels, registry=registry)


class Instruments:
    """The collectors of some metrics in one registry."""

    def __init__(self, metrics: Iterable[Metric], registry: CollectorRegistry) -> None:
        self.registry = registry
        self._collectors: dict[str, Collector] = {}
        self._children: dict[tuple[str, tuple[str, ...]], Collector] = {}
        for metric in metrics:
            self._collectors[metric.name] = _collector(metric, registry)
            if all(label in metric.values for label in metric.labels):
                for labels in itertools.product(*(metric.values[label] for label in metric.labels)):
                    self._child(metric, labels)

    def _child(self, metric: Metric, labels: tuple[str, ...]) -> Collector:
        key = (metric.name, labels)
        if key not in self._children:
            for label, value in zip(metric.labels, labels, strict=True):
                if label in metric.values and value not in metric.values[label]:
                    raise ValueError(f"{metric.name}: {label}={value!r} is none of {', '.join(metric.values[label])}")
            collector = self._collectors[metric.name]
            self._children[key] = collector.labels(*labels) if labels else collector
        return self._children[key]

    def forget(self, metric: Metric) -> None:
        """Take all series of a metric with labels away, until they are set again."""
        self._collectors[metric.name].clear()
        for key in [key for key in self._children if key[0] == metric.name]:
            del self._children[key]

    def counter(self, metric: Metric, *labels: str) -> Counter:
        """Return a counter's child. Raises KeyError (unknown metric), ValueError (value outside the catalog)."""
        child = self._child(metric, labels)
        if not isinstance(child, Counter):
            raise TypeError(f"{metric.name} is a {metric.kind}, not a counter")
        return child

    def gauge(self, metric: Metric, *labels: str) -> Gauge:
        """Return a gauge's child. Raises KeyError (unknown metric), ValueError (value outside the catalog)."""
        child = self._child(metric, labels)
        if not isinstance(child, Gauge):
            raise TypeError(f"{metric.name} is a {metric.kind}, not a gauge")
        return child

    def histogram(self, metric: Metric, *labels: str) -> Histogram:
        """Return a histogram's child. Raises KeyError (unknown metric), ValueError (value outside the catalog)."""
        child = self._child(metric, labels)
        if not isinstance(child, Histogram):
            raise TypeError(f"{metric.name} is a {metric.kind}, not a histogram")
        return child

    def state(self, metric: Metric, active: str, *labels: str) -> None:
        """Set a state set: 1 for the active state (the last label), 0 for the others."""
        states = metric.values[metric.labels[-1]]
        if active not in states:
            raise ValueError(f"{metric.name}: state {active!r} is none of {', '.join(states)}")
        for state in states:
            self.gauge(metric, *labels, state).set(1.0 if state == active else 0.0)
