"""Sliding bounds as they stand on /metrics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry

from controller.decide.bounds.bound import Bounds
from controller.journal import event as ev
from controller.journal.event_bounds import BoundsKind
from controller.journal.state_bounds import BoundsRecord
from controller.telemetry.telemetry import Telemetry
from exporter.catalog import controller as metrics
from tests.controller.world import BAD, World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def test_every_kind_of_adjustment_can_be_counted() -> None:
    assert set(metrics.ADJUSTMENTS) == set(get_args(BoundsKind))  # one that is missing fails the whole scrape


def test_bounds_and_their_adjustments_show_in_metrics(world: World) -> None:
    registry = CollectorRegistry()
    telemetry = Telemetry(world.config, registry)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, {"parameter": "price", **labels})

    assert value("vvtv_autopilot_bounds_adjustments_total", kind="contracted") == 0
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    telemetry.show(autopilot.state)
    assert value("vvtv_parameter_sliding_bound", side="low") == 0.5
    for _ in range(3):
        world.request(price=1.2)
        world.to_end(autopilot)
    world.let_pass(autopilot, 3)
    for _ in range(2):  # a scrape more must not count an adjustment twice
        telemetry.show(autopilot.state)
    assert value("vvtv_parameter_sliding_bound", side="low") == 0.625
    assert value("vvtv_parameter_sliding_bound", side="high") == 1.375
    assert value("vvtv_parameter_bounds_exhausted") == 0
    assert value("vvtv_autopilot_bounds_adjustments_total", kind="contracted") == 1
    assert len(world.events(ev.BoundsAdjusted)) == 1
    down = BoundsRecord(bounds=Bounds(0.9, 1.1), floor=0.2, contractions=4)
    telemetry.show(replace(autopilot.state, bounds={"price": down}))
    assert value("vvtv_parameter_bounds_exhausted") == 1
