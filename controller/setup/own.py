"""Which series are a controller's own: what it says of itself and of parameters is no KPI of the service."""

from __future__ import annotations

from exporter.catalog import CATALOG, controller
from exporter.metric import Kind

_SUFFIXES = {Kind.HISTOGRAM: "_(bucket|sum|count|created)"}

OWN = "|".join(metric.name + _SUFFIXES.get(metric.kind, "") for metric in CATALOG.component("controller"))
"""A regular expression of their names, for PromQL, which matches whole names."""

BOUND = controller.PARAMETER_BOUND.name
"""Hard bounds of parameters, by the labels `parameter` and `side`."""
