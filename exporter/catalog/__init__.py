"""The catalog: one module per component, one constant per metric; the only place where a metric name is typed.

A new component is a new module in this folder with `METRICS` and `KPIS`; it is discovered.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass

from exporter.metric import Kpi, Metric


@dataclass(frozen=True)
class Catalog:
    """The metrics and KPIs of one or more services, each name once."""

    metrics: tuple[Metric, ...]
    kpis: tuple[Kpi, ...]

    def __post_init__(self) -> None:
        """Refuse a name that is typed twice."""
        for what, found in (("metric", [m.name for m in self.metrics]), ("KPI", [k.name for k in self.kpis])):
            if twice := sorted({name for name in found if found.count(name) > 1}):
                raise ValueError(f"{what} {twice[0]!r} stands in the catalog twice: rename or remove one")

    def metric(self, name: str) -> Metric:
        """Return the metric of that name. Raises KeyError."""
        return {metric.name: metric for metric in self.metrics}[name]

    def kpi(self, name: str) -> Kpi:
        """Return the KPI of that name. Raises KeyError."""
        return {kpi.name: kpi for kpi in self.kpis}[name]

    def component(self, component: str) -> tuple[Metric, ...]:
        """Return the metrics that one component exposes."""
        return tuple(metric for metric in self.metrics if metric.component == component)

    def __add__(self, other: Catalog) -> Catalog:
        return Catalog(self.metrics + other.metrics, self.kpis + other.kpis)


def _discover() -> Catalog:
    modules = [
        importlib.import_module(f"{__name__}.{info.name}")
        for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name)
    ]
    return Catalog(
        metrics=tuple(metric for module in modules for metric in module.METRICS),
        kpis=tuple(kpi for module in modules for kpi in module.KPIS),
    )


CATALOG = _discover()
"""Every metric and KPI that we ship."""
