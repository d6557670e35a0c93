"""Progressive weights: when the canary arm grows, and what keeps it from growing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from controller.adapters.answer import UnreachableError
from controller.cycle.live import shares
from controller.cycle.steps import NEAR, far_from_harm
from controller.journal import event as ev
from controller.model import JudgedKpi, Role
from exporter.metric import Direction, GaugeReading, Kpi, Selector, Unit
from tests.controller.journal.events import LOOKED
from tests.controller.world import BAD, SETTINGS, World

LADDER = (0.05, 0.1, 0.2, 0.5)
STEPS = {"steps": list(LADDER), "duration": 80, "minimum_proceed": 80}


@pytest.fixture
def climbing(tmp_path: Path) -> Iterator[World]:
    """Return a world whose canaries climb, and decide at their planned end."""
    found = World(tmp_path, canary=STEPS)
    yield found
    found.close()


def _times(world: World) -> list[float]:
    return [event.at for event in world.read() if isinstance(event.payload, ev.CanaryStarted | ev.CanaryStepped)]


def test_the_canary_grows_over_equal_parts_of_its_planned_exposure(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    seen: list[float] = []
    climbing.to_canary(autopilot)
    while autopilot.state.phase == "canary":
        live = climbing.live.require()
        if live.canary is not None and (not seen or seen[-1] != live.weights["canary"]):
            assert live.weights == shares(live.weights["canary"])
            seen.append(live.weights["canary"])
        climbing.step(autopilot)
    assert tuple(seen) == LADDER
    gaps = [b - a for a, b in pairwise(_times(climbing))]
    assert gaps == pytest.approx([21.0] * 3, abs=1.1)  # a quarter of 80 s, and a second of warm-up
    assert climbing.live.require().weights == SETTINGS["canary"].get("weights", shares(0.2))
    assert climbing.to_end(autopilot).outcome == "promoted"


def test_the_event_stands_before_the_live_file_changes_and_names_its_version(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.drive(autopilot, lambda _state: len(climbing.events(ev.CanaryStepped)) == 1)
    (stepped,) = climbing.events(ev.CanaryStepped)
    assert (stepped.step, stepped.weight) == (2, 0.1)
    live = climbing.live.require()
    assert live.version == stepped.version
    assert autopilot.state.cycle is not None
    assert autopilot.state.cycle.canary is not None
    assert live.version == autopilot.state.cycle.canary.version
    assert climbing.state().cycle is not None


def test_a_controller_that_dies_between_event_and_file_goes_on_with_the_larger_share(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.drive(autopilot, lambda _state: len(climbing.events(ev.CanaryStepped)) == 1)
    climbing.live.text = None  # as if it had not been written
    climbing.controller()
    assert climbing.live.require().weights == shares(0.1)


def test_evidence_is_split_at_each_step(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.drive(autopilot, lambda _state: len(climbing.events(ev.CanaryStepped)) == 2)
    assert autopilot.state.cycle is not None
    assert autopilot.state.cycle.canary is not None
    windows = autopilot.state.cycle.canary.windows(climbing.now + 3)
    assert [window.start for window in windows] == _times(climbing)
    assert [a.end for a in windows[:-1]] == [b.start for b in windows[1:]]


def test_time_held_does_not_count_and_a_held_canary_does_not_grow(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.to_canary(autopilot, seconds=10)
    climbing.submit(ev.PauseRequested(reason="lunch"))
    climbing.let_pass(autopilot, 60)
    assert climbing.live.require().weights == shares(0.2)  # the A/A state's
    assert not climbing.events(ev.CanaryStepped)
    climbing.submit(ev.ResumeRequested())
    climbing.let_pass(autopilot, 2)
    assert climbing.live.require().weights == shares(0.05)
    climbing.drive(autopilot, lambda _state: len(climbing.events(ev.CanaryStepped)) == 1)
    first, second = _times(climbing)
    assert 80 < second - first < 85  # 20 s, two warm-ups, and an hour's lunch


def test_a_blind_canary_does_not_grow(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.to_canary(autopilot, seconds=14)
    climbing.evidence.error = UnreachableError("gone")
    climbing.let_pass(autopilot, 20)
    assert not climbing.events(ev.CanaryStepped)
    climbing.evidence.error = None
    climbing.let_pass(autopilot, 6)
    assert len(climbing.events(ev.CanaryStepped)) == 1


def test_a_harmful_canary_is_rolled_back_at_a_small_share(climbing: World) -> None:
    climbing.evidence.effects = dict(BAD)
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    assert climbing.to_end(autopilot).outcome == "rolled_back"
    assert not climbing.events(ev.CanaryStepped)


def test_harm_that_is_near_keeps_it_from_growing(climbing: World) -> None:
    autopilot = climbing.controller()
    climbing.request(price=1.2)
    climbing.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.looks == 2))
    assert autopilot.state.cycle is not None
    assert autopilot.state.cycle.canary is not None
    seen = autopilot.state.cycle.canary.kpis

    def look(number: int, latency: float) -> None:
        """Write a look in which latency has come that near to its boundary."""
        kpis = (seen[0], seen[1].model_copy(update={"effect": latency, "harm_needed": 1.0}))
        payload = ev.CanaryLooked(
            cycle=1, look=number, verdict="undecided", reasons=(), kpis=kpis, expires_at=climbing.now + 100
        )
        autopilot.journal.append(payload, at=climbing.now, expected=len(climbing.read()), actor="autopilot")

    climbing.now += 14
    look(3, 0.51)
    for _ in range(8):
        climbing.step(autopilot)
    assert not climbing.events(ev.CanaryStepped)
    look(4, 0.49)
    climbing.step(autopilot)
    assert len(climbing.events(ev.CanaryStepped)) == 1


def _judged(direction: Direction) -> JudgedKpi:
    kpi = Kpi("k", "k", "", GaugeReading(Selector("k")), direction, Unit.NONE, 0.1, (0.0, 1.0))
    return JudgedKpi(kpi, Role.GUARDRAIL, 0.1)


@pytest.mark.parametrize(
    ("direction", "effect", "far"),
    [
        (Direction.HIGHER, -NEAR + 0.01, True),
        (Direction.HIGHER, -NEAR - 0.01, False),
        (Direction.HIGHER, 9.0, True),
        (Direction.LOWER, NEAR - 0.01, True),
        (Direction.LOWER, NEAR + 0.01, False),
        (Direction.BAND, 0.1 + NEAR - 0.01, True),
        (Direction.BAND, -0.1 - NEAR - 0.01, False),
        (Direction.LOWER, math.nan, False),
    ],
)
def test_harm_is_near_from_half_its_boundary_on(direction: Direction, effect: float, *, far: bool) -> None:
    look = LOOKED.model_copy(update={"effect": effect, "harm_needed": 1.0})
    assert far_from_harm(_judged(direction), look) is far


@pytest.mark.parametrize(("effect", "far"), [(0.9, True), (1.1, False)])
def test_rare_counts_have_no_boundary_and_are_held_against_their_interval(effect: float, *, far: bool) -> None:
    look = LOOKED.model_copy(update={"effect": effect, "harm_needed": math.nan, "margin": 2.0})
    assert far_from_harm(_judged(Direction.LOWER), look) is far


def test_what_was_not_seen_is_not_far_from_harm() -> None:
    judged = _judged(Direction.LOWER)
    assert not far_from_harm(judged, None)
    assert not far_from_harm(judged, LOOKED.model_copy(update={"effect": 0.0, "harm_needed": math.inf}))
