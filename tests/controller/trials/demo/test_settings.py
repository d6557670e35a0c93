"""The demo's own times."""

from __future__ import annotations

from pathlib import Path

import yaml

from controller.adapters.config_file import parse_config
from controller.trials.demo.settings import shortened


def test_only_times_and_minimums_differ_from_the_checkouts_configuration() -> None:
    original = yaml.safe_load(Path("autopilot.yaml").read_text(encoding="utf-8"))
    short = shortened(original)
    for key in ("service", "kpis", "parameters", "golden", "incidents"):
        assert short[key] == original[key]
    config = parse_config(yaml.safe_dump(short), Path("demo.yaml"))
    assert config.prometheus.url == original["prometheus"]["url"]
    assert config.policy.planned == 100
    assert config.canary.lease > config.canary.look_every
    assert config.schedule.cycle == "never"
