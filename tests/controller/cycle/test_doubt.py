"""A canary that its own numbers would promote, against what all canaries know of a limit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.journal.state import State
from tests.controller.world import SETTINGS, World, worlds

# latency is 1 and may be 4; its prior is narrow enough that the learner dares to move at all
KNOWN = {"effect": 0.02, "sd": 0.04, "kpis": {"latency": {"effect": 0.0, "sd": 0.3}}}
PARAMETERS = {"price": {**SETTINGS["parameters"]["price"], "prior": KNOWN}}


LIMITED = {"guardrails": [{"kpi": "latency", "limit": 4}]}


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path / "limited", kpis=LIMITED, parameters=PARAMETERS)


def _end(world: World, latency: float, **forced: float) -> ev.CycleEnded:
    world.evidence.effects = {"conversion": 0.05, "latency": latency}
    autopilot = world.controller()
    world.request(**forced)
    return world.to_end(autopilot)


def test_a_change_that_stays_clear_of_its_limit_is_promoted(limited: World) -> None:
    assert _end(limited, 0.0).outcome == "promoted"


def test_a_change_that_may_cross_its_limit_is_held_back_with_the_reason(tmp_path: Path) -> None:
    """The canary is content with one-sided 5 %; the models ask for more. Somewhere below 3 the two part."""
    held = 0
    for number, latency in enumerate((2.2, 2.4, 2.6, 2.7, 2.8)):
        for world in worlds(tmp_path / str(number), kpis=LIMITED, parameters=PARAMETERS):
            end, decided = _end(world, latency), world.events(ev.Decided)[-1]
            if world.events(ev.CanaryLooked)[-1].verdict != "proceed" or end.outcome == "promoted":
                continue
            held += 1
            assert (end.outcome, decided.verdict) == ("inconclusive", "inconclusive")
            assert decided.reasons[0].startswith("latency would be about 3.")
            assert decided.reasons[0].endswith("all canaries so far do not rule out that it crosses its limit of 4")
            assert decided.reasons[1].startswith("conversion: benefit: ")  # what the canary itself said
            assert world.events(ev.Applied)[-1].outcome == "reverted"
            (trial,) = world.state().trials
            assert (trial.outcome, world.state().values["price"]) == ("reverted", 1.0)
    assert held >= 1


def _waits(state: State) -> bool:
    canary = state.cycle.canary if state.cycle else None
    return canary is not None and canary.awaiting_until is not None


def test_a_change_that_is_held_back_waits_for_an_operator_when_that_is_configured(tmp_path: Path) -> None:
    patient = {"ask_when_inconclusive": "10m"}
    for world in worlds(tmp_path / "patient", kpis=LIMITED, parameters=PARAMETERS, canary=patient):
        world.evidence.effects = {"conversion": 0.05, "latency": 2.8}
        autopilot = world.controller()
        world.request()
        world.drive(autopilot, _waits)
        assert "do not rule out" in world.events(ev.CanaryAwaiting)[0].reasons[0]
        world.submit(ev.CanaryApproved(canary="cycle-1", reason="we take that"))
        assert world.to_end(autopilot).outcome == "promoted"


@pytest.mark.parametrize("latency", [2.6, 2.7, 2.8])
def test_a_forced_change_is_not_asked(limited: World, latency: float) -> None:
    end = _end(limited, latency, price=1.1)
    assert "all canaries so far" not in end.reason
    last = limited.events(ev.CanaryLooked)[-1].verdict
    assert end.outcome == {"proceed": "promoted", "inconclusive": "inconclusive"}[last]


def test_without_a_limit_there_is_nothing_to_ask(tmp_path: Path) -> None:
    for world in worlds(tmp_path / "free", parameters=PARAMETERS):
        assert _end(world, 0.2).outcome == "promoted"
