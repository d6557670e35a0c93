"""What a phase does when Prometheus does not answer."""

from __future__ import annotations

import pytest

from controller.adapters.answer import OverloadedError, PrometheusError, RejectedError, UnreachableError
from controller.cycle.context import Context
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
