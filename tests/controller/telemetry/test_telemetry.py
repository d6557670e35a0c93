"""The controller's own metrics, as they stand on /metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from controller.journal import event as ev
from controller.telemetry.telemetry import Telemetry
from tests.controller.config.test_choices import MODE
from tests.controller.world import World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def _value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(name, labels)
    assert found is not None, f"{name}{labels} is not exposed"
    return found


def test_what_was_never_measured_is_neither_zero_nor_absent(world: World, registry: CollectorRegistry) -> None:
    Telemetry(world.config, registry)
    assert math.isnan(_value(registry, "vvtv_canary_effect", kpi="conversion"))
    assert _value(registry, "vvtv_canary_verdict", kpi="latency", verdict="none") == 1
    assert _value(registry, "vvtv_parameter_bound", parameter="batch", side="low") == 1


def test_a_cycle_shows_in_its_metrics(world: World, registry: CollectorRegistry) -> None:
    telemetry, autopilot = Telemetry(world.config, registry), world.controller()
    world.request()
    world.to_canary(autopilot, seconds=12)
    telemetry.show(autopilot.state)
    assert _value(registry, "vvtv_autopilot_phase", phase="canary") == 1
    assert _value(registry, "vvtv_autopilot_phase", phase="idle") == 0
    assert _value(registry, "vvtv_canary_effect", kpi="conversion") == pytest.approx(0.05, abs=0.01)
    assert _value(registry, "vvtv_canary_margin", kpi="conversion") > 0
    assert _value(registry, "vvtv_canary_verdict", kpi="latency", verdict="undecided") == 1
    world.fire()
    world.step(autopilot)
    telemetry.show(autopilot.state)
    assert _value(registry, "vvtv_canary_paused") == 1
    world.resolve()
    world.to_end(autopilot)
    for _ in range(2):  # a scrape more must not count a cycle twice
        telemetry.show(autopilot.state)
    assert _value(registry, "vvtv_autopilot_phase", phase="idle") == 1
    assert _value(registry, "vvtv_autopilot_cycles_total", outcome="promoted") == 1
    assert _value(registry, "vvtv_autopilot_incidents_total") == 1
    price = _value(registry, "vvtv_autopilot_parameter_value", parameter="price")
    assert price == autopilot.state.values["price"]
    assert price > 1
    assert 0 < _value(registry, "vvtv_autopilot_prediction_error_ratio", kpi="conversion") < 1
    assert _value(registry, "vvtv_autopilot_journal_events") == len(world.read())


def test_a_restarted_controller_counts_on_from_the_journal(world: World, registry: CollectorRegistry) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    telemetry = Telemetry(world.config, registry)
    telemetry.show(world.controller().state)
    assert _value(registry, "vvtv_autopilot_cycles_total", outcome="promoted") == 1


def test_when_something_changed_outlives_a_restart_and_is_not_a_number_before(
    world: World, registry: CollectorRegistry
) -> None:
    name, autopilot = "vvtv_autopilot_last_change_timestamp_seconds", world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    (promoted,) = (event.at for event in world.read() if isinstance(event.payload, ev.Applied))
    world.now += 500
    Telemetry(world.config, registry).show(world.controller().state)
    assert _value(registry, name, kind="promoted") == promoted
    assert math.isnan(_value(registry, name, kind="paused_emergency"))


def test_queries_and_steps_are_counted(world: World, registry: CollectorRegistry) -> None:
    telemetry = Telemetry(world.config, registry)
    telemetry.observe_query(0.02, None)
    telemetry.observe_query(1.5, "timeout")
    telemetry.stepped(1234.5)
    assert _value(registry, "vvtv_autopilot_promql_duration_seconds_count") == 2
    assert _value(registry, "vvtv_autopilot_promql_errors_total", reason="timeout") == 1
    assert _value(registry, "vvtv_autopilot_last_step_timestamp_seconds") == 1234.5


def test_a_choice_is_shown_as_its_index_and_has_no_bounds(tmp_path: Path, registry: CollectorRegistry) -> None:
    for world in worlds(tmp_path, parameters={"mode": MODE}):
        telemetry, autopilot = Telemetry(world.config, registry), world.controller()
        telemetry.show(autopilot.state)
        assert _value(registry, "vvtv_autopilot_parameter_value", parameter="mode") == 0
        world.request(mode="bold")
        world.to_end(autopilot)
        telemetry.show(autopilot.state)
        assert _value(registry, "vvtv_autopilot_parameter_value", parameter="mode") == 1
        telemetry.show(replace(autopilot.state, values={"mode": "gone", "price": 1.0}))
        assert math.isnan(_value(registry, "vvtv_autopilot_parameter_value", parameter="mode"))
        assert registry.get_sample_value("vvtv_parameter_bound", {"parameter": "mode", "side": "low"}) is None
