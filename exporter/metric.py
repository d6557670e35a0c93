"""Metric and its parts: frozen values that describe what a service exposes. No prometheus_client here.

A `Metric` is a time series as it stands on /metrics. A `Kpi` is a number that somebody judges a service by, and how it
is read from metrics: a gauge as it is, a ratio of two counters, the mean of a histogram, or a histogram's share above a
bound. The catalog lists both; rules, dashboards, queries and the controller are made from them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from exporter import names

if TYPE_CHECKING:
    from collections.abc import Mapping

_METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\Z")
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*\Z")


class Kind(StrEnum):
    """Type of a metric, as Prometheus names it. A state set is a gauge of 0 and 1 over one label's fixed values."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"
    STATESET = "stateset"


class Unit(StrEnum):
    """Base unit of a metric's values; dashboards choose the display unit from it."""

    RATIO = "ratio"
    SECONDS = "seconds"
    NATS = "nats"
    COUNT = "count"
    TIMESTAMP = "timestamp"
    NONE = "none"


class Direction(StrEnum):
    """Which change of a KPI is good. A band is good inside and bad on either side."""

    HIGHER = "higher"
    LOWER = "lower"
    BAND = "band"


@dataclass(frozen=True)
class Metric:
    """One metric family.

    Attributes:
        name: full Prometheus name; a counter's name ends in `_total`.
        kind: its type.
        help: what it tells, in one sentence.
        labels: label names, in the order in which values are given.
        values: the fixed values of labels, where they are known: label name to values.
        unit: base unit of the samples.
        buckets: upper bounds of a histogram's buckets, without +Inf, ascending.
        component: which part exposes it; also the name of its catalog module.
    """

    name: str
    kind: Kind
    help: str
    component: str
    labels: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unit: Unit = Unit.NONE
    buckets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what Prometheus would refuse, or accept and then mislead."""
        if not _METRIC_NAME.match(self.name):
            raise ValueError(f"metric name {self.name!r} is not a Prometheus name: use letters, digits and _")
        for label in self.labels:
            if not _LABEL_NAME.match(label) or label.startswith("__"):
                raise ValueError(f"metric {self.name}: label {label!r} is not a Prometheus label name")
        if (self.kind is Kind.COUNTER) != self.name.endswith("_total"):
            raise ValueError(f"metric {self.name}: a counter's name ends in _total, and only a counter's")
        if (self.kind is Kind.HISTOGRAM) != bool(self.buckets):
            raise ValueError(f"metric {self.name}: a histogram has buckets, and only a histogram")
        if list(self.buckets) != sorted(set(self.buckets)) or not all(map(math.isfinite, self.buckets)):
            raise ValueError(f"metric {self.name}: buckets must be finite and ascend; +Inf is added by itself")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError(f"metric {self.name}: a label stands twice in {', '.join(self.labels)}")
        if unknown := set(self.values) - set(self.labels):
            raise ValueError(f"metric {self.name}: values for unknown label {min(unknown)!r}")

    @property
    def judged(self) -> bool:
        """Whether a canary may judge it: it carries the `variant` label."""
        return names.VARIANT in self.labels


@dataclass(frozen=True)
class Selector:
    """A metric with exact label matches, e.g. plays with completed="true"."""

    metric: str
    matches: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class GaugeReading:
    """The KPI is a gauge; arms with several instances are averaged."""

    selector: Selector


@dataclass(frozen=True)
class RatioReading:
    """The KPI is events over trials, both counters."""

    events: Selector
    trials: Selector


@dataclass(frozen=True)
class MeanReading:
    """The KPI is a histogram's mean: sum over count."""

    histogram: Selector


@dataclass(frozen=True)
class ShareAboveReading:
    """The KPI is the share of a histogram's observations above one of its bucket bounds."""

    histogram: Selector
    bound: str


Reading = GaugeReading | RatioReading | MeanReading | ShareAboveReading


@dataclass(frozen=True)
class Kpi:
    """A number that a service is judged by.

    Attributes:
        name: the alias that people use on the command line and in autopilot.yaml.
        title: as a dashboard names it.
        help: what it tells and why it matters.
        reading: how it is read from metrics.
        direction: which change is good.
        unit: unit of the KPI's value.
        margin: non-inferiority margin: the harm, in the KPI's own unit, that a change may do at most.
        band: acceptable levels (low, high); for `Direction.BAND`, and thresholds on dashboards.
        comparison: the arms a canary is compared with; the baseline arm alone where the estimator is biased by sample
            size, baseline and control together where it is a plain mean or ratio.
        judged: whether the series carry the `variant` label, so that a canary can be judged by it.
    """

    name: str
    title: str
    help: str
    reading: Reading
    direction: Direction
    unit: Unit
    margin: float
    band: tuple[float, float] | None = None
    comparison: tuple[str, ...] = (names.BASELINE, names.CONTROL)
    judged: bool = True
