"""Drift, pauses and the way back as they stand on /metrics."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from prometheus_client import CollectorRegistry

from controller.decide.drift.reading import Cause, Health, Reading
from controller.journal import event as ev
from controller.journal.state import State
from controller.journal.state_ops import DriftRecord, DriftState, Finished, Pause
from controller.telemetry.telemetry import Telemetry
from exporter.seconds import DAY, HOUR
from tests.controller.world import configuration

NOW = 1_000_000.0
LATENCY = Reading(Cause.PLANT, Health.WARNING, 1.25, 1.0, 168, "", "latency")


def shown(*states: State) -> Callable[..., float]:
    """Return what is read of a metric after these states were shown, one after the other."""
    registry = CollectorRegistry()
    telemetry = Telemetry(configuration(), registry)
    telemetry.watched((LATENCY,), NOW)
    for state in states:
        telemetry.stepped(NOW)
        telemetry.show(state)

    def value(name: str, **labels: str) -> float:
        found = registry.get_sample_value(f"vvtv_autopilot_{name}", labels)
        assert found is not None
        return found

    return value


def finished(*outcomes: str) -> tuple[Finished, ...]:
    """Return cycles a day apart, the last one now."""
    count = len(outcomes)
    return tuple(
        Finished(number, NOW - (count - 1 - number) * DAY, outcome, "schedule", (), forced=False)
        for number, outcome in enumerate(outcomes)
    )


def test_before_anything_happened_nothing_is_bad() -> None:
    value = shown(State())
    assert math.isnan(value("rollback_ratio", window="7d"))
    assert (value("consecutive_failures"), value("drift_strikes"), value("return_ratio")) == (0, 0, 1)
    for cause in ("emergency", "operator", "drift"):
        assert value("pause", cause=cause) == 0
        assert math.isnan(value("pause_end_timestamp_seconds", cause=cause))
    for cause in ("prediction", "coverage", "rollbacks", "failures", "plant"):
        assert value("drift_detected_total", cause=cause) == 0
    assert math.isnan(value("plant_drift_ratio", kpi="conversion"))
    assert value("plant_drift_ratio", kpi="latency") == 1.25


def test_rollbacks_and_failures_are_counted_over_their_windows() -> None:
    value = shown(State(finished=finished(*["rolled_back"] * 4, *["promoted"] * 5, "refused", "rolled_back", "blind")))
    assert value("rollback_ratio", window="7d") == 1 / 5  # of four promotions and a rollback; blind is no verdict
    assert value("rollback_ratio", window="14d") == 5 / 10
    assert value("consecutive_failures") == 2


def test_pauses_show_their_cause_and_end_and_drift_counts_up_once() -> None:
    found = ev.DriftDetected(cause="failures", action="pause", reason="3", value=3, threshold=3, until=NOW + HOUR)
    paused = State(
        pauses={
            "drift": Pause("drift", "3", "autopilot", NOW, NOW + HOUR),
            "operator": Pause("operator", "x", "a", NOW),
        },
        drift=DriftState((DriftRecord(NOW, found),), 2, NOW, None, (), {"failures": 3}),
    )
    value = shown(paused, paused)
    assert (value("pause", cause="drift"), value("pause", cause="operator"), value("pause", cause="emergency")) == (
        1,
        1,
        0,
    )
    assert value("pause_end_timestamp_seconds", cause="drift") == NOW + HOUR
    assert math.isnan(value("pause_end_timestamp_seconds", cause="operator"))
    assert value("drift_detected_total", cause="failures") == 3
    assert value("drift_strikes") == 2
    back = shown(replace(paused, pauses={}, drift=replace(paused.drift, returned_at=NOW)))
    assert back("return_ratio") == 0.25


def test_what_a_level_said_is_not_shown_for_long_while_prometheus_is_away() -> None:
    registry = CollectorRegistry()
    telemetry = Telemetry(configuration(), registry)
    telemetry.watched((LATENCY,), NOW)

    def shown_at(now: float) -> float | None:
        telemetry.stepped(now)
        telemetry.show(State())
        return registry.get_sample_value("vvtv_autopilot_plant_drift_ratio", {"kpi": "latency"})

    assert shown_at(NOW + DAY) == 1.25  # as through a long canary, in which no level is looked at
    assert math.isnan(shown_at(NOW + DAY + 1) or 0.0)
    telemetry.watched((LATENCY,), NOW + 2 * DAY)
    assert shown_at(NOW + 2 * DAY) == 1.25


def test_a_level_that_an_answer_does_not_name_any_more_is_not_shown() -> None:
    registry = CollectorRegistry()
    telemetry = Telemetry(configuration(), registry)
    telemetry.watched((LATENCY,), NOW)
    telemetry.watched((), NOW + 1)
    value = registry.get_sample_value("vvtv_autopilot_plant_drift_ratio", {"kpi": "latency"})
    assert value is not None
    assert math.isnan(value)
