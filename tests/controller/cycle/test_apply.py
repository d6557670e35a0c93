"""Applying a verdict."""

from __future__ import annotations

import pytest

from controller.cycle.apply import ENDINGS
from controller.journal import event as ev
from controller.model import Verdict
from exporter.catalog.controller import OUTCOMES
from tests.controller.world import BAD, GOOD, World


def test_every_verdict_that_ends_a_canary_has_an_outcome_that_is_counted() -> None:
    assert set(Verdict) - {Verdict.UNDECIDED} <= set(ENDINGS)
    assert set(ENDINGS.values()) <= set(OUTCOMES)


@pytest.mark.parametrize(("effects", "outcome", "price"), [(GOOD, "promoted", 1.2), (BAD, "reverted", 1.0)])
def test_applied_says_which_values_and_version_are_in_force_everywhere(
    world: World, effects: dict[str, float], outcome: str, price: float
) -> None:
    world.evidence.effects = dict(effects)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_phase(autopilot, "measuring")
    applied = world.events(ev.Applied)[0]
    assert (applied.outcome, applied.values) == (outcome, {"price": price, "batch": 5})
    assert applied.version == world.live.require().version
    assert world.live.require().expires_at is None
