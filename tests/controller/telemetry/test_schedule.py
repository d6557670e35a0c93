"""The schedule, reloads and steps as metrics; another configuration in a registry that is scraped."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from controller.journal import event as ev
from controller.telemetry.telemetry import Telemetry
from tests.controller.world import World, configuration, worlds

MODE = {"kind": "choice", "choices": ["calm", "bold"], "default": "calm", "prior": {"size": 0.1}}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world of this test's own."""
    yield from worlds(tmp_path)


@pytest.fixture
def registry() -> CollectorRegistry:
    """Return an empty registry."""
    return CollectorRegistry()


def _value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(f"vvtv_{name}", labels)
    assert found is not None, name
    return found


def test_the_next_run_the_last_one_and_how_it_went(world: World, registry: CollectorRegistry) -> None:
    config = configuration(schedule={"cycle": "daily 03:00", "upkeep": "never"})
    telemetry, autopilot = Telemetry(config, registry), world.controller(config)
    telemetry.stepped(86400.0 * 20000)
    telemetry.show(autopilot.state)
    assert _value(registry, "autopilot_schedule_next_timestamp_seconds", schedule="cycle") == 86400 * 20000 + 3 * 3600
    assert math.isnan(_value(registry, "autopilot_schedule_next_timestamp_seconds", schedule="upkeep"))
    assert math.isnan(_value(registry, "autopilot_schedule_success", schedule="upkeep"))
    world.submit(ev.JobDone(job="upkeep", trigger="operator", ok=False, text="disk full"), "autopilot")
    autopilot.refresh()
    telemetry.show(autopilot.state)
    assert _value(registry, "autopilot_schedule_success", schedule="upkeep") == 0
    assert _value(registry, "autopilot_schedule_last_timestamp_seconds", schedule="upkeep") == world.now


def test_reloads_and_the_work_of_steps(world: World, registry: CollectorRegistry) -> None:
    telemetry = Telemetry(world.config, registry)
    telemetry.reloaded(100.0, ok=True)
    telemetry.reloaded(200.0, ok=False)
    assert _value(registry, "autopilot_config_reload_success") == 0
    assert _value(registry, "autopilot_config_reload_timestamp_seconds") == 100
    telemetry.worked("canary", 0.25)
    telemetry.worked("canary", 0.5)
    assert _value(registry, "autopilot_step_duration_seconds_sum", phase="canary") == 0.75
    assert telemetry.prometheus_failure is None
    telemetry.observe_query(1.0, "timeout")
    assert telemetry.prometheus_failure == "timeout"


def test_another_configuration_shows_its_own_series_and_counters_go_on(
    world: World, registry: CollectorRegistry
) -> None:
    telemetry, autopilot = Telemetry(world.config, registry), world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    telemetry.show(autopilot.state)
    telemetry.observe_query(1.0, "timeout")
    parameters: dict[str, Any] = {"mode": MODE}
    changed = configuration(parameters=parameters, kpis={"guardrails": []})
    known = changed.model_copy(update={"parameters": {name: changed.parameters[name] for name in ("batch", "mode")}})
    telemetry.configure(known)
    world.live.specs, world.live.text = known.specs, None
    telemetry.show(world.controller(known).state)
    assert registry.get_sample_value("vvtv_parameter_bound", {"parameter": "price", "side": "low"}) is None
    assert registry.get_sample_value("vvtv_autopilot_parameter_value", {"parameter": "price"}) is None
    assert _value(registry, "autopilot_parameter_value", parameter="mode") == 0
    assert _value(registry, "parameter_bound", parameter="batch", side="high") == 9
    assert _value(registry, "autopilot_cycles_total", outcome="promoted") == 1
    assert _value(registry, "autopilot_promql_errors_total", reason="timeout") == 1
    assert _value(registry, "autopilot_phase", phase="idle") == 1
