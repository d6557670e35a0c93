"""A small shop's record: a ratio and a gauge, scraped every 15 s, with noise from a seed, and a canary that helps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from controller.adapters.config_file import parse_config
from controller.config.config import Config
from controller.model import ArmSeries, Floats
from controller.replay.record import Course, Flags, Record
from exporter import names
from tests.controller.config.test_config import settings

STEP = 15.0
T0 = 1_700_000_010.0  # a multiple of the step
TRIALS = {names.CANARY: 40, names.BASELINE: 40, names.CONTROL: 120}
RATE, STOCK = 0.3, 50.0


def config(url: str = "http://127.0.0.1:1", **canary: Any) -> Config:
    """Return the shop's configuration."""
    return parse_config(text(url, **canary), Path("shop.yaml"))


def text(url: str, **canary: Any) -> str:
    """Return the shop's configuration as a file has it."""
    return yaml.safe_dump(
        settings(
            prometheus={"url": url, "scrape_interval": STEP, "selector": {"job": "shop"}, "retries": 0, "timeout": 5},
            kpis={"primary": "conversion", "guardrails": ["stock"]},
            metrics=[
                {
                    "name": "conversion",
                    "direction": "higher",
                    "margin": 0.05,
                    "events": {"metric": "sales_total"},
                    "trials": {"metric": "visits_total"},
                },
                {"name": "stock", "direction": "higher", "margin": 2.0, "gauge": {"metric": "stock"}},
            ],
            canary={
                "duration": "30m",
                "warmup": "30s",
                "history": "3h",
                "minimum_harm": 20,
                "minimum_proceed": 40,
                "minimum_history": 240,
                **canary,
            },
        )
    )


def arms(count: int, seed: int, better: Flags | None = None) -> dict[str, tuple[Floats, Floats]]:
    """Return, per arm, sales per scrape and stock; the canary sells half as much again where it is `better`."""
    rng = np.random.default_rng(seed)
    found = {}
    for arm, trials in TRIALS.items():
        rate = np.full(count, RATE)
        if better is not None and arm == names.CANARY:
            rate[better] *= 1.5
        found[arm] = (rng.binomial(trials, rate).astype(float), STOCK + rng.normal(size=count))
    return found


def record(count: int, seed: int = 1, *, better: slice | None = None, missing: slice | None = None) -> Record:
    """Return the shop's record; a canary ran where it is better."""
    helped = np.zeros(count, dtype=bool)
    if better is not None:
        helped[better] = True
    found = arms(count, seed, helped)
    sold = {
        arm: ArmSeries(sales / TRIALS[arm], np.full(count, float(TRIALS[arm]))) for arm, (sales, _) in found.items()
    }
    stock = {arm: ArmSeries(level, np.ones(count)) for arm, (_, level) in found.items()}
    both = [names.BASELINE, names.CONTROL]
    pooled = np.add(*(found[arm][0] for arm in both)) / 160.0
    pairs = (
        (sold[names.CANARY], ArmSeries(pooled, np.full(count, 160.0))),
        (stock[names.CANARY], ArmSeries(np.add(*(found[arm][1] for arm in both)) / 2, np.full(count, 2.0))),
    )
    if missing is not None:
        for canary, _ in pairs:
            canary.values[missing], canary.weights[missing] = np.nan, 0.0
    courses = tuple(Course(judged, *pair) for judged, pair in zip(config().judged, pairs, strict=True))
    return Record(T0 + STEP * np.arange(count, dtype=float), STEP, ~helped, courses)


def openmetrics(begin: float, count: int, seed: int, better: slice) -> str:
    """Return samples at begin, begin + STEP, ...; the counters' first increment comes at the second."""
    helped = np.zeros(count, dtype=bool)
    helped[better] = True
    lines: dict[str, list[str]] = {"sales": [], "visits": [], "stock": []}
    for arm, (sales, level) in arms(count, seed, helped).items():
        labels = f'{{job="shop",instance="a",variant="{arm}"}}'
        visits = TRIALS[arm] * np.arange(1, count + 1)
        times = [f"{begin + STEP * i:.0f}" for i in range(count)]
        lines["sales"] += [f"sales_total{labels} {v:.0f} {t}\n" for v, t in zip(np.cumsum(sales), times, strict=True)]
        lines["visits"] += [f"visits_total{labels} {v} {t}\n" for v, t in zip(visits, times, strict=True)]
        lines["stock"] += [f"stock{labels} {v:.6g} {t}\n" for v, t in zip(level, times, strict=True)]
    kinds = {"sales": "counter", "visits": "counter", "stock": "gauge"}
    return "".join(f"# TYPE {name} {kinds[name]}\n" + "".join(found) for name, found in lines.items())
