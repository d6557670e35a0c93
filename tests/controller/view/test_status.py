"""What people and programs are shown of the state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.journal.state import CycleState, State
from controller.view import status as view
from tests.controller.running import strict_json
from tests.controller.world import World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def test_the_state_before_anything_is_shown_as_nothing() -> None:
    shown = view.status(State(), holder=None, now=0.0)
    assert (shown["controller"], shown["phase"], shown["cycle"], shown["canary"]) == (None, "idle", None, None)
    assert strict_json(json.dumps(shown)) == shown


def test_a_proposal_is_shown_with_its_intervals_and_chance(world: World) -> None:
    autopilot = world.controller()
    world.request()
    world.to_canary(autopilot, seconds=1)
    (proposed,) = world.events(ev.Proposed)
    shown = strict_json(json.dumps(view.status(autopilot.state, holder=None, now=world.now)))["cycle"]
    assert shown["chance"] == proposed.chance
    assert shown["predicted"][0]["true_high"] == proposed.predicted[0].true_high


def test_a_proposal_of_an_old_journal_has_neither() -> None:
    old = ev.Predicted(kpi="conversion", effect=0.02, low=0.0, high=0.04)
    state = State(cycle=CycleState(1, "canary", 0.0, 0.0, "schedule", predicted=(old,)))
    shown = strict_json(json.dumps(view.status(state, holder=None, now=0.0)))["cycle"]
    assert (shown["chance"], shown["predicted"][0]["true_low"]) == (None, None)


def test_a_running_canary_is_shown_with_its_kpis(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    world.fire()
    autopilot.refresh()
    shown = view.status(autopilot.state, holder="host:1", now=world.now)
    assert shown["cycle"]["changes"] == [{"parameter": "price", "old": 1.0, "new": 1.2}]
    assert shown["canary"]["running"]
    assert shown["canary"]["seconds"] == pytest.approx(12, abs=0.6)
    assert shown["canary"]["looks"] == 2
    assert (shown["canary"]["weight"], shown["canary"]["step"], shown["canary"]["ladder"]) == (0.2, 1, [])
    assert (shown["canary"]["blind_seconds"], shown["canary"]["awaiting_until"]) == (0.0, None)
    assert {"benefit_needed", "fraction"} <= set(shown["canary"]["kpis"][0])
    assert [kpi["kpi"] for kpi in shown["canary"]["kpis"]] == ["conversion", "latency"]
    assert shown["incidents"] == [{"alert": "Down", "summary": "it is down"}]
    world.step(autopilot)
    held = view.status(autopilot.state, holder=None, now=world.now)["canary"]
    assert (held["paused"], held["running"]) == (True, False)


def test_numbers_that_json_does_not_know_are_null(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    waiting = ev.KpiLook(
        kpi="conversion",
        role="primary",
        effect=float("nan"),
        margin=float("inf"),
        standard_error=float("inf"),
        harm_needed=float("inf"),
        count=0,
        canary_mean=float("nan"),
        comparison_mean=1.0,
        verdict="undecided",
        reason="no points yet",
        query="q",
        digest="d",
    )
    look = ev.CanaryLooked(cycle=1, look=1, verdict="undecided", reasons=(), kpis=(waiting,), expires_at=world.now + 9)
    autopilot.journal.append(look, at=world.now, expected=autopilot.state.seq, actor="autopilot")
    autopilot.refresh()
    (kpi,) = strict_json(json.dumps(view.status(autopilot.state, holder=None, now=world.now)))["canary"]["kpis"]
    assert (kpi["effect"], kpi["margin"], kpi["comparison_mean"], kpi["count"]) == (None, None, 1.0, 0)
