"""Pure: catalog constants -> the queries of panels, with Grafana's variables in them.

Rates use `$__rate_interval`, which Grafana widens with the zoom and never below four scrapes. Series with arms are
narrowed by the dashboard's `$variant`, which may hold several values, so it is matched as a regular expression.
"""

from __future__ import annotations

from exporter import names
from exporter.metric import Kpi, Metric, Selector
from exporter.promql import level, select

RATE = "$__rate_interval"
RANGE = "$__range"
VARIANT = f"${names.VARIANT}"
ALERTS = "ALERTS"
"""Prometheus' own series: 1 for each alert that is pending or firing."""
UP = "up"

_EXACT = f'{names.VARIANT}="{VARIANT}"'
_PATTERN = f'{names.VARIANT}=~"{VARIANT}"'


def _chosen(text: str) -> str:
    """Match the arms chosen by the variable; the vocabulary in `exporter.promql` knows exact matches only."""
    return text.replace(_EXACT, _PATTERN)


def _arms(metric: Metric) -> tuple[tuple[str, str], ...]:
    return ((names.VARIANT, VARIANT),) if metric.judged else ()


def series(metric: Metric, suffix: str = "", **matches: str) -> str:
    """Return a metric's series, of the chosen arms where it has arms."""
    return _chosen(select(Selector(metric.name, tuple(matches.items())), _arms(metric), suffix))


def grouped(function: str, metric: Metric, *by: str, **matches: str) -> str:
    """Return e.g. `max by (parameter) (x)`."""
    return f"{_by(function, by)} ({series(metric, **matches)})"


def rate(metric: Metric, *by: str, suffix: str = "", window: str = RATE, **matches: str) -> str:
    """Return the sum of a counter's per-second rates, by labels."""
    return f"{_by('sum', by)} (rate({series(metric, suffix, **matches)}[{window}]))"


def increase(metric: Metric, *by: str, window: str = RANGE, **matches: str) -> str:
    """Return how much a counter grew in the range that the dashboard shows, by labels."""
    return f"{_by('sum', by)} (increase({series(metric, **matches)}[{window}]))"


def quantile(metric: Metric, share: float) -> str:
    """Return a quantile of a histogram over all its series."""
    return f"histogram_quantile({share:g}, {rate(metric, names.LE, suffix='_bucket')})"


def kpi_level(kpi: Kpi, *by: str) -> str:
    """Return a KPI's level per `by` labels; of the chosen arms when it is judged by arms."""
    arms = ((names.VARIANT, VARIANT),) if kpi.judged else ()
    return _chosen(level(kpi, RATE, by, arms))


def state_code(metric: Metric, *by: str) -> str:
    """Return a state set as one number: the position of the active state among the label's fixed values."""
    label = metric.labels[-1]
    codes = [
        f"{_by('max', by)} ({series(metric, **{label: state})} == 1) * {code}"
        for code, state in enumerate(metric.values[label])
    ]
    return " or ".join(codes)


def alert_states(*services: str) -> str:
    """Return 2 for each firing alert about these services, 1 for each pending one, and 0 when there is none."""
    about = "|".join(services)
    firing = f'{ALERTS}{{alertstate="firing",service=~"{about}"}} * 2'
    pending = f'{ALERTS}{{alertstate="pending",service=~"{about}"}}'
    none = 'label_replace(vector(0), "alertname", "no alert", "", "")'
    return f"max by (alertname) ({firing} or {pending}) or on () {none}"


def _by(function: str, labels: tuple[str, ...]) -> str:
    return f"{function} by ({', '.join(labels)})" if labels else function
