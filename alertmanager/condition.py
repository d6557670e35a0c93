"""Pure: catalog constants -> PromQL conditions that a NaN or one missed scrape can neither fire nor mute.

`max_over_time` and `min_over_time` skip NaN and bridge a missed scrape; a comparison with NaN is false. `avg_over_time`
and `quantile_over_time` are poisoned by one NaN, so they read a subquery from which NaN samples are filtered first.
"""

from __future__ import annotations

from exporter import names
from exporter.metric import Direction, GaugeReading, Kpi, Metric, Selector
from exporter.promql import duration, level, select
from exporter.timing import Timing

UP = "up"
"""Prometheus' own metric: 1 for a target that answered its last scrape."""


def window(timing: Timing, seconds: float) -> str:
    """Return a scaled look-back window as a PromQL duration."""
    return duration(timing.window(seconds))


def over(function: str, selector: Selector, timing: Timing, seconds: float) -> str:
    """Return e.g. `max_over_time(x{state="open"}[5m])` over a scaled window."""
    return f"{function}({select(selector)}[{window(timing, seconds)}])"


def finite(function: str, selector: Selector, timing: Timing, seconds: float, argument: str = "") -> str:
    """Return e.g. `avg_over_time((x >= 0)[300s:15s])`: NaN samples, and negative ones, are left out."""
    step = duration(max(timing.scrape_interval, timing.window(seconds) // 300))
    return f"{function}({argument}({select(selector)} >= 0)[{window(timing, seconds)}:{step}])"


def rate(function: str, metric: Metric, timing: Timing, seconds: float, **matches: str) -> str:
    """Return e.g. `increase(x_total{outcome="failed"}[1h])` over a scaled window."""
    return over(function, Selector(metric.name, tuple(matches.items())), timing, seconds)


def upper(kpi: Kpi) -> float:
    """Return the upper edge of a KPI's band. Raises ValueError when it has none."""
    return _band(kpi)[1]


def lower(kpi: Kpi) -> float:
    """Return the lower edge of a KPI's band. Raises ValueError when it has none."""
    return _band(kpi)[0]


def _band(kpi: Kpi) -> tuple[float, float]:
    if kpi.band is None:
        raise ValueError(f"KPI {kpi.name}: an alert needs a band to compare with; add `band` to the catalog entry")
    return kpi.band


def out_of_band(kpi: Kpi, timing: Timing, seconds: float, by: tuple[str, ...]) -> str:
    """Return the condition that a gauge KPI was outside its band throughout the window.

    Only the bad side counts: below for `HIGHER`, above for `LOWER`, both for `BAND`. A lower edge of zero is never
    crossed by a ratio or a divergence, and an alert that cannot fire is left out.
    """
    low, high = _band(kpi)
    if not isinstance(kpi.reading, GaugeReading):
        raise TypeError(f"KPI {kpi.name} is not a gauge: record its level and compare the record")
    group = f"by ({', '.join(by)})"
    sides = []
    if kpi.direction is not Direction.LOWER and low > 0:
        sides.append(f"max {group} ({over('max_over_time', kpi.reading.selector, timing, seconds)}) < {low:g}")
    if kpi.direction is not Direction.HIGHER:
        sides.append(f"min {group} ({over('min_over_time', kpi.reading.selector, timing, seconds)}) > {high:g}")
    if not sides:
        raise ValueError(f"KPI {kpi.name}: band {kpi.band} can never be left; correct it in the catalog")
    return " or ".join(sides)


def no_data(kpi: Kpi, timing: Timing, seconds: float, *, job: str) -> str:
    """Return the condition that a KPI has no usable sample (none, or only NaN) although its job answers scrapes."""
    if isinstance(kpi.reading, GaugeReading):
        value = f"max({over('max_over_time', kpi.reading.selector, timing, seconds)})"
    else:
        value = level(kpi, window(timing, seconds))
    up = over("max_over_time", Selector(UP, (("job", job),)), timing, seconds)
    return f'label_replace(absent(({value}) > -Inf), "{names.KPI}", "{kpi.name}", "", "") and on () (max({up}) == 1)'
