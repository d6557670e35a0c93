"""A canary's start settles what its guardrails may cost; every look of it keeps to that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from tests.controller.world import World, worlds

LIMIT = {"guardrails": [{"kpi": "latency", "limit": 4}]}  # the level is 1, the margin 5: 3 are left


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path / "limited", kpis=LIMIT)


def _started(world: World) -> ev.CanaryStarted:
    return world.events(ev.CanaryStarted)[-1]


def test_margins_are_settled_per_guardrail_and_a_limit_is_tolerated_up_to_its_headroom(
    world: World, limited: World
) -> None:
    for found, margin, spared in ((world, 5.0, 0.0), (limited, 3.0, 3.0)):
        autopilot = found.controller()
        found.request(price=1.2)
        found.to_canary(autopilot, seconds=6)
        started = _started(found)
        assert (started.margins, started.tolerated) == ({"latency": margin}, {"latency": spared})
        assert autopilot.state.cycle is not None
        canary = autopilot.state.cycle.canary
        assert canary is not None
        assert (canary.margins, canary.tolerated) == (started.margins, started.tolerated)
        assert {kpi.kpi: kpi.allowed for kpi in canary.kpis}["latency"] == margin


@pytest.mark.parametrize(("harm", "outcome"), [(2.0, "promoted"), (5.0, "rolled_back")])
def test_a_price_within_the_limit_is_paid_and_harm_beyond_it_is_rolled_back(
    limited: World, harm: float, outcome: str
) -> None:
    limited.evidence.effects = {"conversion": 0.05, "latency": harm}
    autopilot = limited.controller()
    limited.request(price=1.2)
    end = limited.to_end(autopilot)
    assert end.outcome == outcome, end.reason
    if outcome == "rolled_back":
        assert "latency: harm beyond the tolerated 3" in "; ".join(limited.events(ev.Decided)[0].reasons)


def test_the_same_price_without_a_limit_is_rolled_back(world: World) -> None:
    world.evidence.effects = {"conversion": 0.05, "latency": 2.0}
    autopilot = world.controller()
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "rolled_back"


def test_a_limit_that_changes_in_the_file_ends_the_canary_that_was_begun_under_another(
    limited: World, tmp_path: Path
) -> None:
    limited.evidence.effects = {"conversion": 0.0, "latency": 0.0}
    autopilot = limited.controller()
    limited.request(price=1.2)
    limited.to_canary(autopilot, seconds=6)
    for other in worlds(tmp_path / "other", kpis={"guardrails": [{"kpi": "latency", "limit": 100, "margin": 50}]}):
        limited.evidence.judged = other.config.judged
        autopilot = limited.controller(other.config)
        (ended,) = limited.events(ev.CycleEnded)
        assert ended.outcome == "aborted"
        assert ended.reason == "the configuration by which this canary is judged changed while no controller ran"
        assert autopilot.state.cycle is None


def test_a_crossed_limit_asks_for_a_guardrail_that_gets_better(tmp_path: Path) -> None:
    for effect, outcome in ((0.0, "inconclusive"), (-3.0, "promoted")):
        for world in worlds(tmp_path / outcome, kpis={"guardrails": [{"kpi": "latency", "limit": 0.5}]}):
            world.evidence.effects = {"conversion": 0.05, "latency": effect}
            autopilot = world.controller()
            world.request(price=1.2)
            assert world.to_end(autopilot).outcome == outcome
            assert (_started(world).margins, _started(world).tolerated) == ({"latency": 0.05}, {"latency": 0.0})


def test_a_start_from_before_margins_were_recorded_still_folds(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    events = []
    for event in world.journal.read(after=0):
        if isinstance(event.payload, ev.CanaryStarted):
            told = event.payload.model_dump(exclude={"margins", "tolerated"})
            events.append(event.model_copy(update={"payload": ev.CanaryStarted.model_validate(told)}))
        else:
            events.append(event)
    state = fold(State(), events)
    assert state.cycle is not None
    assert state.cycle.canary is not None
    assert (state.cycle.canary.margins, state.cycle.canary.tolerated) == ({}, {})
