"""Predictions and what was measured, as they stand on /metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from controller.decide.learner.accuracy import Z95, unexplained
from controller.journal import event as ev
from controller.journal.event import Predicted
from controller.journal.state import CycleState, Effect, State, Trial
from controller.telemetry.learning import RECENT
from controller.telemetry.telemetry import Telemetry
from exporter.parameters import Values
from tests.controller.world import World, worlds

NOW = 2_000_000.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def _value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(f"vvtv_autopilot_{name}", labels)
    assert found is not None, f"{name}{labels} is not exposed"
    return found


def _predicted(effect: float, kpi: str = "conversion") -> Predicted:
    return Predicted(
        kpi=kpi, effect=effect, low=effect - 0.03, high=effect + 0.03, true_low=effect - 0.02, true_high=effect + 0.02
    )


def _trial(at: float, effect: float | None, measured: float, chance: float = 0.4) -> Trial:
    predicted = {} if effect is None else {"conversion": _predicted(effect)}
    base: Values = {"price": 1.0, "batch": 5}
    return Trial(
        at, base, {**base, "price": 1.1}, {"conversion": Effect(measured, 0.001)}, predicted, "promoted", chance
    )


def _shown(world: World, registry: CollectorRegistry, state: State) -> None:
    Telemetry(world.config, registry).show(state)


def test_before_the_first_proposal_nothing_is_claimed(world: World, registry: CollectorRegistry) -> None:
    _shown(world, registry, State())
    for name in (
        "prediction_error_ratio",
        "predicted_effect",
        "measured_effect",
        "prediction_coverage_ratio",
        "prediction_error_p50_ratio",
    ):
        assert math.isnan(_value(registry, name, kpi="conversion"))
    assert math.isnan(_value(registry, "predicted_interval", kpi="latency", side="high"))
    assert math.isnan(_value(registry, "promotion_chance_ratio"))
    assert _value(registry, "trials") == 0


def test_a_cycle_shows_its_prediction_at_once_and_its_measurement_afterwards(
    world: World, registry: CollectorRegistry
) -> None:
    telemetry, autopilot = Telemetry(world.config, registry), world.controller()
    world.request()
    world.to_canary(autopilot, seconds=12)
    telemetry.show(autopilot.state)
    (proposed,) = world.events(ev.Proposed)
    predicted = {item.kpi: item for item in proposed.predicted}["conversion"]
    assert _value(registry, "predicted_effect", kpi="conversion") == predicted.effect
    assert _value(registry, "predicted_interval", kpi="conversion", side="low") == predicted.low
    assert _value(registry, "promotion_chance_ratio") == proposed.chance
    assert math.isnan(_value(registry, "measured_effect", kpi="conversion"))
    assert _value(registry, "trials") == 0
    world.to_end(autopilot)
    telemetry.show(autopilot.state)
    (measured,) = world.events(ev.Measured)
    impact = {item.kpi: item for item in measured.impacts}["conversion"]
    assert (impact.low, impact.high, impact.held) == (predicted.low, predicted.high, True)
    assert _value(registry, "measured_effect", kpi="conversion") == impact.measured
    assert _value(registry, "predicted_effect", kpi="conversion") == predicted.effect
    assert _value(registry, "prediction_error_ratio", kpi="conversion") == impact.error_ratio
    assert _value(registry, "prediction_coverage_ratio", kpi="conversion") == 1.0
    beyond = unexplained(predicted.effect, impact.measured, impact.standard_error)
    assert _value(registry, "prediction_error_p50_ratio", kpi="conversion") == beyond
    assert _value(registry, "promotion_chance_ratio") == proposed.chance
    assert _value(registry, "trials") == 1


def test_a_forced_change_has_no_prediction_and_leaves_the_last_one(world: World, registry: CollectorRegistry) -> None:
    trials = (_trial(NOW - 20, 0.04, 0.05), _trial(NOW - 10, None, -0.2))
    _shown(world, registry, State(last_at=NOW, trials=trials))
    assert _value(registry, "predicted_effect", kpi="conversion") == 0.04
    assert _value(registry, "measured_effect", kpi="conversion") == 0.05
    assert _value(registry, "promotion_chance_ratio") == 0.4
    assert _value(registry, "trials") == 2


def test_the_proposal_under_way_comes_before_the_last_trial(world: World, registry: CollectorRegistry) -> None:
    cycle = CycleState(2, "canary", NOW, NOW, "schedule", predicted=(_predicted(0.07),), chance=0.6)
    _shown(world, registry, State(last_at=NOW, trials=(_trial(NOW - 20, 0.04, 0.05),), cycle=cycle))
    assert _value(registry, "predicted_effect", kpi="conversion") == 0.07
    assert _value(registry, "promotion_chance_ratio") == 0.6
    assert _value(registry, "measured_effect", kpi="conversion") == 0.05


def test_coverage_is_of_the_last_fifty_and_the_median_of_the_last_fourteen_days(
    world: World, registry: CollectorRegistry
) -> None:
    old = [_trial(NOW - RECENT - 100 + index, 0.1, -1.0) for index in range(30)]
    new = [_trial(NOW - 100 + index, 0.1, 0.09) for index in range(40)]
    state = State(last_at=NOW, trials=(*old, *new))
    beyond = pytest.approx((0.01 - Z95 * 0.001) / 0.1)
    telemetry = Telemetry(world.config, registry)
    telemetry.show(state)
    assert _value(registry, "prediction_coverage_ratio", kpi="conversion") == pytest.approx(0.8)
    assert _value(registry, "prediction_error_p50_ratio", kpi="conversion") == beyond
    telemetry.stepped(NOW + RECENT)
    telemetry.show(state)
    assert math.isnan(_value(registry, "prediction_error_p50_ratio", kpi="conversion")), "nothing new for 14 days"
    telemetry.stepped(NOW - 10 * RECENT)
    telemetry.show(replace(state, last_at=NOW))
    assert _value(registry, "prediction_error_p50_ratio", kpi="conversion") == beyond, "the clock went back"


def test_the_median_is_beyond_noise_and_the_last_error_whole(world: World, registry: CollectorRegistry) -> None:
    _shown(world, registry, State(last_at=NOW, trials=(_trial(NOW, 0.0, 0.001),)))
    assert _value(registry, "prediction_error_ratio", kpi="conversion") == 1.0
    assert _value(registry, "prediction_error_p50_ratio", kpi="conversion") == 0.0


def test_trials_of_kpis_that_are_judged_no_more_are_left_out(world: World, registry: CollectorRegistry) -> None:
    gone = replace(
        _trial(NOW, 0.1, 0.1), effects={"gone": Effect(0.1, 0.01)}, predicted={"gone": _predicted(0.1, "gone")}
    )
    _shown(world, registry, State(last_at=NOW, trials=(gone,)))
    assert registry.get_sample_value("vvtv_autopilot_measured_effect", {"kpi": "gone"}) is None
    assert registry.get_sample_value("vvtv_autopilot_predicted_effect", {"kpi": "gone"}) is None


def test_measurements_that_are_no_numbers_hurt_nothing(world: World, registry: CollectorRegistry) -> None:
    strange = replace(_trial(NOW, 0.1, math.nan), effects={"conversion": Effect(math.nan, math.nan)})
    _shown(world, registry, State(last_at=NOW, trials=(strange,)))
    assert math.isnan(_value(registry, "prediction_coverage_ratio", kpi="conversion"))
    assert math.isnan(_value(registry, "prediction_error_ratio", kpi="conversion"))
