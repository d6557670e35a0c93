"""What a phase does when Prometheus does not answer."""

from __future__ import annotations

import pytest

from controller.adapters.answer import OverloadedError, PrometheusError, RejectedError, UnreachableError
from controller.cycle.context import Context
from controller.journal import event as ev
from tests.controller.world import World


@pytest.mark.parametrize("error", [UnreachableError("refused"), OverloadedError("503")])
def test_no_answer_is_held_until_the_blind_deadline(world: World, error: PrometheusError) -> None:
    autopilot = world.controller()
    world.evidence.error = error
    world.request()
    start = world.now
    end = world.to_end(autopilot)
    assert end.outcome == "held"
    assert end.reason.endswith(f" s: {error}")
    assert 30 < world.now - start < 40
    (held,) = world.events(ev.PhaseHeld)
    assert (held.phase, held.reason, held.until) == ("observing", str(error), start + 30)


def test_every_phase_that_is_held_says_so_once(world: World) -> None:
    autopilot = world.controller()
    world.request()
    for number, phase in enumerate(("observing", "proposing", "canary"), start=1):
        world.to_phase(autopilot, phase)
        world.evidence.error = UnreachableError("gone")
        world.let_pass(autopilot, 12)
        assert [event.phase for event in world.events(ev.PhaseHeld)][number - 1 :] == [phase]
        assert autopilot.state.cycle is not None
        assert autopilot.state.cycle.hold is not None
        world.evidence.error = None
    cycle = world.to_phase(autopilot, "measuring").cycle
    assert cycle is not None
    assert cycle.hold is None


def test_a_query_that_is_refused_fails_at_once(world: World) -> None:
    autopilot = world.controller()
    world.evidence.error = RejectedError("parse error")
    world.request()
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason) == ("failed", "Prometheus refuses a query, waiting does not help: parse error")
    assert world.now == 1_000_000


def test_a_phase_outside_a_cycle_is_a_mistake_of_ours(world: World) -> None:
    autopilot = world.controller()
    with pytest.raises(AssertionError, match="outside a cycle"):
        _ = Context(world.config, autopilot.ports, autopilot.state, world.now).cycle
