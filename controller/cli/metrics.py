"""`vvtvctl metrics`: what Prometheus holds of a KPI or metric, without writing PromQL."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click
import numpy as np

from controller.adapters.answer import Series
from controller.adapters.clock import Clock
from controller.adapters.config_file import read_config
from controller.adapters.prometheus import Prometheus
from controller.cli import options, tables
from controller.cli.say import say
from controller.config.config import Config
from controller.connection import connection
from controller.errors import ConfigError
from controller.judging.plain import plain
from exporter import names, promql
from exporter.catalog import CATALOG
from exporter.metric import Kind

POINTS = 48
NOTHING = 1


@click.group()
def metrics() -> None:
    """Ask Prometheus for the service's KPIs and metrics by name."""


def expression(name: str, config: Config, window: str) -> str:
    """Return the query for a KPI or a catalog metric. Raises ConfigError with the nearest name."""
    kpis = {kpi.name: kpi for kpi in CATALOG.kpis} | dict(config.known_kpis)
    if name in kpis:
        kpi = kpis[name]
        return promql.level(kpi, window, (names.VARIANT,) if kpi.judged else (), config.selector if kpi.judged else ())
    found = {metric.name: metric for metric in CATALOG.metrics}
    if name not in found:
        near = difflib.get_close_matches(name, [*kpis, *found], n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"KPIs are {', '.join(sorted(kpis))}"
        raise ConfigError(f"unknown KPI or metric {name!r}; {hint}")
    metric = found[name]
    by = f" by ({', '.join(metric.labels)})" if metric.labels else ""
    if metric.kind is Kind.COUNTER:
        return f"sum{by} (rate({name}[{window}]))"
    if metric.kind is Kind.HISTOGRAM:
        return f"sum{by} (rate({name}_sum[{window}])) / (sum{by} (rate({name}_count[{window}])) > 0)"
    return f"avg{by} ({name})"


@metrics.command()
@click.argument("name")
@click.option("--last", default="1h", show_default=True, help="How far back: a number with s, m, h or d.")
@options.config_option
@options.state_option
@options.json_option
def query(name: str, last: str, config: Path | None, state: Path, *, as_json: bool) -> None:
    """Show NAME, a KPI such as play_completion or a metric of the catalog, over the last while.

    KPIs are shown per arm; counters per second; histograms by their mean. Exit 1 when there is no data.

    \b
    Examples:
      vvtvctl metrics query selection_entropy --last 1h
      vvtvctl metrics query vvtv_llm_breaker_state --last 10m --json
    """  # noqa: D301 - click reads the backspace character
    settings = read_config(options.config_path(config, state))
    seconds = options.duration("--last", last)
    step = max(settings.prometheus.scrape_interval, seconds / POINTS)
    window = promql.duration(max(4 * settings.prometheus.scrape_interval, float(np.ceil(step))))
    text = expression(name, settings, window)
    now = Clock().now()
    with Prometheus(connection(settings)) as prometheus:
        answer = prometheus.range(text, now - seconds, now, step)
    if as_json:
        options.print_json(
            {
                "name": name,
                "query": text,
                "warnings": answer.warnings,
                "series": [
                    {"labels": dict(s.labels), "times": s.times.tolist(), "values": s.values.tolist()}
                    for s in answer.series
                ],
            }
        )
    else:
        _print(name, text, answer.series, last)
        for warning in answer.warnings:
            say(f"partial: {warning}", err=True)
    if not answer.series:
        say(f"no data: {name} has no sample in the last {last}; is the service scraped? (up)", err=True)
        sys.exit(NOTHING)


def _print(name: str, text: str, series: tuple[Series, ...], last: str) -> None:
    rows = []
    for item in series:
        good = item.values[np.isfinite(item.values)]
        low, mean, high = (good.min(), good.mean(), good.max()) if good.size else (np.nan, np.nan, np.nan)
        labels = ", ".join(f"{key}={value}" for key, value in sorted(item.labels.items())) or "-"
        numbers = (tables.number(float(value)) for value in (item.values[-1], low, mean, high))
        rows.append((plain(labels), *numbers, tables.spark(item.values.tolist())))
    out = tables.console()
    out.print(tables.table(f"{name}, last {last}", ("series", "now", "low", "mean", "high", ""), rows))
    out.print(f"{text}", style="dim", markup=False)
