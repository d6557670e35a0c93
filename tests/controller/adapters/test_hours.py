"""Plant drift against a real Prometheus: hours with a season, a gap, counter resets, and a shift."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from controller.adapters.config_file import parse_config
from controller.adapters.evidence import PrometheusEvidence
from controller.adapters.prometheus import Prometheus
from controller.adapters.session import Connection
from controller.config.config import Config
from controller.cycle import plant
from controller.cycle.plant import PlantWatch
from controller.decide.drift.reading import Health
from controller.journal.state import State
from exporter.seconds import HOUR
from tests.controller.world import settings
from tests.prometheus import running_prometheus

END = 1_760_000_400.0 // HOUR * HOUR
SCRAPE = 300.0  # seconds
HOURS = 264
METRICS = [
    {
        "name": "conversion",
        "direction": "higher",
        "unit": "ratio",
        "margin": 0.02,
        "events": {"metric": "orders_total"},
        "trials": {"metric": "visits_total"},
    },
    {"name": "latency", "direction": "lower", "margin": 5, "gauge": {"metric": "shop_latency_ms"}},
]


def samples() -> str:
    """Return orders and visits that restart twice, and a latency that is 30 ms higher for the last 40 hours."""
    rng = np.random.default_rng(1)
    count = int(HOURS * HOUR / SCRAPE) + 1
    times = END - HOURS * HOUR + SCRAPE * np.arange(count)
    visits, orders = rng.poisson(200, count), rng.poisson(40, count)
    lines = {"orders_total": "# TYPE orders counter\n", "visits_total": "# TYPE visits counter\n"}
    for name, steps in (("orders_total", orders), ("visits_total", visits)):
        total = 0
        for number, (at, step) in enumerate(zip(times.tolist(), steps.tolist(), strict=True)):
            total = 0 if number in (900, 2000) else total + step
            if not 1200 <= number < 1260:  # five hours are missing
                lines[name] += f'{name}{{variant="control"}} {total} {at:.0f}\n'
    latency = 100 + 10 * np.sin(2 * np.pi * times / 86400) + rng.normal(0, 6, count)
    latency[times > END - 40 * HOUR] += 30
    gauge = "# TYPE shop_latency_ms gauge\n"
    for number, (at, value) in enumerate(zip(times.tolist(), latency.tolist(), strict=True)):
        shown = "NaN" if 500 <= number < 512 else f"{value:.3f}"
        gauge += f'shop_latency_ms{{variant="control"}} {shown} {at:.0f}\n'
        gauge += f'shop_latency_ms{{variant="canary"}} 9999 {at:.0f}\n'
    return lines["orders_total"] + lines["visits_total"] + gauge


def configured(url: str) -> Config:
    """Return the configuration of a shop whose metrics these are."""
    found = {
        **settings(prometheus={"url": url, "scrape_interval": SCRAPE}, canary={"history": 100 * SCRAPE}),
        "metrics": METRICS,
    }
    return parse_config(yaml.safe_dump(found), Path("shop.yaml"))


@pytest.mark.stack
def test_a_shift_is_found_in_what_prometheus_stores_and_resets_and_gaps_are_none(tmp_path: Path) -> None:
    with running_prometheus(tmp_path, samples()) as url:
        config = configured(url)
        with Prometheus(Connection(url)) as client:
            evidence = PrometheusEvidence(config, client)
            found = plant.watched(config, State(), plant.tracks(config, evidence, END + 1800))
            watch = PlantWatch(config, evidence)
            assert watch.readings(State(), END + 1800) == found
    conversion, latency = found
    assert conversion.health is Health.HEALTHY, conversion.text
    assert latency.health is Health.DRIFT
    assert latency.shift is not None
    assert latency.shift.size == pytest.approx(30, abs=3)
    assert latency.shift.began == pytest.approx(END - 40 * HOUR, abs=2 * HOUR)
