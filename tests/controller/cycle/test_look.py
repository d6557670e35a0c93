"""One look: the policy that a canary began with, whatever is configured by now."""

from __future__ import annotations

import pytest

from controller.cycle.look import policy_of
from controller.journal import event as ev
from controller.journal.state_canary import CanaryState, WeightStep
from tests.controller.world import NONE, SETTINGS, World, configuration

LONGER = {**SETTINGS["canary"], "duration": 600}


def test_a_plan_that_changes_leaves_the_running_canary_its_own_and_each_look_says_so_once(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    autopilot = world.controller(configuration(canary=LONGER))
    end = world.to_end(autopilot)
    assert end.outcome == "inconclusive"
    exposed = sum(window.seconds for window in autopilot.state.exposures)
    assert exposed < 70  # not 600
    first, *_, last = world.events(ev.CanaryLooked)
    said = "600 points are configured by now; this canary keeps the 60 of its start"
    assert said not in first.reasons
    assert last.reasons.count(said) == 1


def _canary(*weights: float) -> CanaryState:
    return CanaryState(
        id="c",
        version="v",
        planned=77,
        started_at=0.0,
        expires_at=None,
        ladder=weights,
        steps=tuple(WeightStep(0.0, w) for w in weights),
    )


def test_the_policy_keeps_the_plan_and_expects_the_traffic_of_the_smallest_share() -> None:
    config = configuration()
    usual = config.policy
    whole = policy_of(config, _canary())
    assert (whole.planned, whole.minimum_traffic) == (77, usual.minimum_traffic)
    small = policy_of(config, _canary(0.05, 0.1))
    assert small.minimum_traffic == pytest.approx(usual.minimum_traffic * (0.05 * 0.95) / (0.2 * 0.8))
    assert policy_of(config, _canary(0.4, 0.5)).minimum_traffic == usual.minimum_traffic
