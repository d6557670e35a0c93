"""When which alerts fired, as Prometheus remembers them: its ALERTS series over a period."""

from __future__ import annotations

import numpy as np

from controller.adapters.prometheus import Prometheus
from controller.triage.spans import Span

STEP = 300.0  # seconds between two points that are asked for
MOST = 200  # alerts that are looked at, those that fired longest
QUERY = 'max by (alertname) (ALERTS{alertstate="firing"})'


def alert_spans(prometheus: Prometheus, since: float, until: float) -> tuple[Span, ...]:
    """Return when each alert fired, to five minutes; times are unix seconds. Raises PrometheusError."""
    first = np.floor(since / STEP) * STEP
    answer = prometheus.range(QUERY, float(first), until, STEP)
    longest = sorted(answer.series, key=lambda series: -series.times.size)[:MOST]
    spans: list[Span] = []
    for series in longest:
        name = series.labels.get("alertname", "?")
        breaks = np.flatnonzero(np.diff(series.times) > 1.5 * STEP) + 1
        spans += [Span(name, float(part[0]), float(part[-1])) for part in np.split(series.times, breaks) if part.size]
    return tuple(sorted(spans, key=lambda span: span.start))
