"""A bookshop that is not ours: three hours of its samples, and of two neighbours whose arms are spelt otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from controller.adapters.clock import Clock
from tests.prometheus import running_prometheus

STEP, COUNT, AHEAD = 15, 720, 120
"""Seconds between samples; samples until now; samples after it, for tests that begin when others took long."""
VISITS = {"canary": 40, "baseline": 40, "control": 120}  # a scrape
SETTINGS = {
    "service": "books",
    "prometheus": {"scrape_interval": "15s", "selector": {"job": "books"}},
    "metrics": [
        {
            "name": "sales",
            "direction": "higher",
            "unit": "ratio",
            "margin": 0.02,
            "events": {"metric": "books_sales_total"},
            "trials": {"metric": "books_visits_total"},
        },
        {"name": "load", "direction": "lower", "margin": 0.01, "mean_of": {"metric": "books_load_seconds"}},
        {"name": "stock", "direction": "higher", "margin": 0.0001, "gauge": {"metric": "books_stock_ratio"}},
    ],
    "kpis": {"primary": "sales", "guardrails": ["load", "stock"]},
    "canary": {"history": "3h"},
    "parameters": {"discount": {"low": 0, "high": 0.5, "default": 0.1, "step": 0.05, "prior": {"sd": 0.02}}},
}


@dataclass(frozen=True)
class Books:
    """Where the samples are.

    Attributes:
        url: of Prometheus.
        config: autopilot.yaml that names it.
    """

    url: str
    config: Path


def openmetrics(now: int) -> str:
    """Return the samples, each 15 s, for three hours until unix time `now` and half an hour after it."""
    rng = np.random.default_rng(5)
    families: dict[str, list[str]] = {
        name: [f"# TYPE {name} {kind}"]
        for name, kind in (
            ("books_visits", "counter"),
            ("books_sales", "counter"),
            ("books_load_seconds", "histogram"),
            ("books_stock_ratio", "gauge"),
            ("books_parameter_value", "gauge"),
            ("mail_sent", "counter"),
            ("mail_opened", "counter"),
            ("web_hits", "counter"),
            ("up", "gauge"),
            ("old_visits", "counter"),
        )
    }
    every, few = COUNT + AHEAD, 60 + AHEAD
    times = [now + STEP * (index + 1 - COUNT) for index in range(every)]
    for arm, visits in VISITS.items():
        labels = f'job="books",instance="b:1",variant="{arm}"'
        seen, sold = visits * np.arange(1, every + 1), np.cumsum(rng.binomial(visits, 0.3, every))
        slow, spent = np.cumsum(rng.binomial(visits, 0.1, every)), np.cumsum(rng.normal(0.2, 0.005, every) * visits)
        stock = 0.8 + 0.01 * rng.normal(size=every)
        for index, at in enumerate(times):
            families["books_visits"].append(f"books_visits_total{{{labels}}} {seen[index]} {at}")
            families["books_sales"].append(f"books_sales_total{{{labels}}} {sold[index]} {at}")
            families["books_load_seconds"] += [
                f'books_load_seconds_bucket{{{labels},le="0.5"}} {seen[index] - slow[index]} {at}',
                f'books_load_seconds_bucket{{{labels},le="+Inf"}} {seen[index]} {at}',
                f"books_load_seconds_count{{{labels}}} {seen[index]} {at}",
                f"books_load_seconds_sum{{{labels}}} {spent[index]:.6f} {at}",
            ]
            families["books_stock_ratio"].append(f"books_stock_ratio{{{labels}}} {stock[index]:.6f} {at}")
            families["books_parameter_value"].append(f'books_parameter_value{{{labels},parameter="discount"}} 0.1 {at}')
        other = f'job="mail",instance="m:1",group="{arm.capitalize()}"'
        for index, at in enumerate(times[-few:]):
            families["mail_sent"].append(f"mail_sent_total{{{other}}} {50 * (index + 1)} {at}")
            families["mail_opened"].append(f"mail_opened_total{{{other}}} {20 * (index + 1)} {at}")
    families["web_hits"] += [
        f'web_hits_total{{job="web",code="200"}} {index} {at}' for index, at in enumerate(times[-few:])
    ]
    families["old_visits"] += [f'old_visits_total{{job="old"}} 7 {at}' for at in times[:40]]
    families["up"] += [f'up{{job="down",instance="d:1"}} 0 {at}' for at in times[-few:]]
    return "\n".join(line for lines in families.values() for line in lines) + "\n"


@contextmanager
def open_books(folder: Path) -> Iterator[Books]:
    """Start a Prometheus that holds the samples."""
    with running_prometheus(folder / "prometheus", openmetrics(int(Clock().now()) // STEP * STEP)) as url:
        config = folder / "autopilot.yaml"
        prometheus = {**SETTINGS["prometheus"], "url": url}  # type: ignore[dict-item]  # a mapping
        config.write_text(yaml.safe_dump({**SETTINGS, "prometheus": prometheus}, sort_keys=False), encoding="utf-8")
        yield Books(url, config)
