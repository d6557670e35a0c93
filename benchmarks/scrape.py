"""Rendering /metrics of the whole catalog: ours against plain prometheus_client on the same registry."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest

from benchmarks._measure import measure, table
from exporter.catalog import CATALOG
from exporter.exposition import render
from exporter.instruments import Instruments

REPEATS = 300
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def run() -> str:
    """Measure both formats; the ratio is to `generate_latest`, in the same run."""
    registry = CollectorRegistry()
    Instruments(CATALOG.metrics, registry)
    plain = "prometheus_client.generate_latest"
    taken = measure(
        {
            plain: lambda: generate_latest(registry),
            "ours, text": lambda: render(registry),
            "ours, OpenMetrics (what Prometheus asks for)": lambda: render(registry, OPENMETRICS),
        },
        REPEATS,
    )
    series = sum(not line.startswith(b"#") for line in generate_latest(registry).splitlines())
    rows = [
        (name, *(f"{1e3 * x:.2f}" for x in (t.mean, t.low, t.high)), f"{t.mean / taken[plain].mean:.2f}")
        for name, t in taken.items()
    ]
    return table((f"{len(CATALOG.metrics)} metrics, {series} series", "mean ms", "min ms", "max ms", "ratio"), rows)
