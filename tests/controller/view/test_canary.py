"""What is shown of the running canary, or of the last one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.journal import event as ev
from controller.view import canary as view_canary
from controller.view.canary import Seen
from tests.controller.running import strict_json
from tests.controller.world import NONE, World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def _seen(world: World) -> Seen:
    seen = view_canary.last_canary(world.read())
    assert seen is not None
    return seen


def test_before_any_canary_there_is_nothing_to_show(world: World) -> None:
    autopilot = world.controller()
    assert view_canary.last_canary(()) is None
    assert view_canary.last_canary(world.read()) is None
    world.request(price=1.2)
    world.to_phase(autopilot, "validating")
    assert view_canary.last_canary(world.read()) is None


def test_a_running_canary_with_its_looks(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    seen = _seen(world)
    assert (seen.doing(world.now), seen.over, seen.outcome) == ("running", False, "")
    assert [look.look for _, look in seen.looks] == [1, 2]
    assert [at for at, _, _ in seen.series("latency")] == [world.now - 7, world.now - 2]
    shown = view_canary.document(world.config, seen, world.now)
    assert (shown["id"], shown["state"], shown["step"], shown["planned_points"]) == ("cycle-1", "running", 1, 60)
    assert shown["weights"] == {"canary": 0.2, "baseline": 0.2, "control": 0.6}
    assert shown["exposed_seconds"] == pytest.approx(11, abs=0.6)  # 12 s, the first of which is warm-up
    assert [point["look"] for point in shown["series"]["conversion"]] == [1, 2]
    assert shown["kpis"][0]["effect"] == shown["series"]["conversion"][-1]["effect"]
    assert strict_json(json.dumps(shown)) == shown


def test_a_canary_that_is_held_lapsed_or_waits_says_so(tmp_path: Path) -> None:
    world = World(tmp_path, canary={"ask_when_inconclusive": 60, "steps": [0.1, 0.3]})
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.submit(ev.PauseRequested(reason="lunch"))
    world.step(autopilot)
    assert _seen(world).doing(world.now) == "held"
    world.submit(ev.ResumeRequested())
    world.step(autopilot)
    assert _seen(world).doing(world.now) == "running"
    world.now += 20
    world.step(autopilot)
    assert _seen(world).doing(world.now) == "lapsed"
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.awaiting_until))
    seen = _seen(world)
    assert seen.doing(world.now) == "awaiting"
    shown = view_canary.document(world.config, seen, world.now)
    assert shown["awaiting_until"] == autopilot.state.last_at + 60
    assert (shown["verdict"], shown["ladder"]) == ("inconclusive", [0.1, 0.3])
    world.close()


def test_a_canary_whose_lease_ran_out_has_lapsed_before_any_controller_notices(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=12)
    seen, until = _seen(world), autopilot.state.cycle.canary.expires_at  # type: ignore[union-attr]
    assert until is not None
    for now, doing in ((until - 0.1, "running"), (until, "lapsed"), (until + 1e6, "lapsed")):
        assert (seen.doing(now), seen.unwatched(now)) == (doing, doing == "lapsed")
    assert view_canary.document(world.config, seen, until)["state"] == "lapsed"
    assert view_canary.document(world.config, seen, until)["expires_at"] == until
    world.to_end(autopilot)
    assert not _seen(world).unwatched(until + 1e6)


def test_a_look_as_a_line_has_null_for_what_is_not_known(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    (look,) = world.events(ev.CanaryLooked)
    unknown = look.kpis[0].model_copy(update={"effect": math.nan, "margin": math.inf, "low": -math.inf})
    line = view_canary.look_document(7.0, look.model_copy(update={"kpis": (unknown,)}))
    assert strict_json(json.dumps(line)) == line
    assert (line["at"], line["look"], line["kpis"][0]["effect"], line["kpis"][0]["low"]) == (7.0, 1, None, None)


def test_the_last_canary_stays_to_be_seen_while_a_later_cycle_has_none(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.drive(autopilot, lambda s: s.phase == "applying")
    assert (_seen(world).doing(world.now), _seen(world).outcome) == ("over", "")
    end = world.to_end(autopilot)
    world.fire()
    world.request(price=1.3)
    world.to_end(autopilot)
    seen = _seen(world)
    assert (seen.cycle.number, seen.doing(world.now), seen.outcome, seen.reason) == (1, "over", "promoted", end.reason)
    shown = view_canary.document(world.config, seen, world.now)
    assert (shown["verdict"], shown["outcome"]) == ("proceed", "promoted")
    assert shown["exposed_seconds"] < 60


def test_a_canary_that_an_operator_aborted_is_over(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.submit(ev.CanaryAborted(canary="cycle-1", reason="wrong build"))
    world.to_end(autopilot)
    assert (_seen(world).doing(world.now), _seen(world).outcome) == ("over", "aborted")
