"""The canary: start, looks, pauses, lapses, and each of its endings."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from controller.adapters.answer import RejectedError, UnreachableError
from controller.cycle.canary import OVERTIME
from controller.journal import event as ev
from tests.controller.world import NONE, SETTINGS, World


def _price(world: World) -> object:
    return world.live.require().arms["canary"]["price"]


def test_a_canary_without_enough_history_is_refused_and_says_what_is_missing(world: World) -> None:
    world.evidence.past = 99
    autopilot = world.controller()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    assert end.outcome == "refused"
    assert "conversion: 99 points of A/A history, 100 needed" in end.reason
    assert end.reason.endswith("enough in about 1 s of scrapes")
    world.evidence.past = 40
    world.request(price=1.2)
    assert world.to_end(autopilot).reason.endswith("enough in about 1 min of scrapes")


@pytest.mark.parametrize(
    ("past", "enough"),
    [
        (200_000.0, r"about (\d+) s would do"),
        (400.0, "no canary of up to 7 days would do with 400 points"),
    ],
)
def test_a_canary_that_cannot_see_its_effect_is_refused_with_the_duration_that_would_do(
    tmp_path: Path, past: float, enough: str
) -> None:
    sd = 1e-4
    price = {**SETTINGS["parameters"]["price"], "prior": {"effect": 0.0, "sd": sd}}
    batch = {**SETTINGS["parameters"]["batch"], "prior": {"effect": 0.0, "sd": sd / 10}}
    world = World(tmp_path, parameters={"price": price, "batch": batch})
    world.evidence.past = past
    autopilot = world.controller()
    world.request()
    end = world.to_end(autopilot)
    assert end.outcome == "refused"
    said = re.search(
        r"a canary of 60 s detects an effect of (\S+) on conversion, but at most (\S+) is expected", end.reason
    )
    assert said, end.reason
    assert sd < float(said[2]) < float(said[1])
    found = re.search(enough, end.reason)
    assert found, end.reason
    assert not found.groups() or float(found[1]) > world.config.canary.duration
    assert not world.events(ev.CanaryStarted)
    world.close()


def test_looks_come_as_often_as_configured_and_renew_the_lease(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=21)
    looks = [event for event in world.read() if isinstance(event.payload, ev.CanaryLooked)]
    gaps = [b.at - a.at for a, b in pairwise(looks)]
    assert gaps == [5.0] * 3
    for event in looks:
        assert isinstance(event.payload, ev.CanaryLooked)
        assert event.payload.expires_at == event.at + 15
        assert {kpi.query for kpi in event.payload.kpis} == {"query of conversion", "query of latency"}
    assert world.live.require().expires_at == looks[-1].at + 15


def test_a_change_that_does_nothing_is_inconclusive_and_reverted(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    end = world.to_end(autopilot)
    assert end.outcome == "inconclusive"
    assert world.events(ev.Applied)[0].outcome == "reverted"
    assert _price(world) == 1.0


@pytest.mark.parametrize("how", ["dark", "unreachable", "rejected"])
def test_a_canary_that_cannot_be_seen_is_held_and_then_ends_as_blind(world: World, how: str) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.evidence.dark = how == "dark"
    world.evidence.error = {"unreachable": UnreachableError("gone"), "rejected": RejectedError("no")}.get(how)
    world.let_pass(autopilot, 25)
    assert autopilot.state.phase == "canary"
    assert _price(world) == 1.2  # held: neither promoted nor reverted
    end = world.to_end(autopilot)
    assert end.outcome == "blind"
    assert "nothing could be seen for" in end.reason
    assert world.events(ev.Decided)[0].verdict == "blind"
    assert _price(world) == 1.0


def test_blindness_that_passes_leaves_the_verdict_as_it_would_have_been(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.evidence.error = UnreachableError("gone")
    world.let_pass(autopilot, 20)
    world.evidence.error = None
    assert world.to_end(autopilot).outcome == "promoted"
    verdicts = [look.verdict for look in world.events(ev.CanaryLooked)]
    assert verdicts.count("blind") == 4


def test_short_blindness_that_comes_again_and_again_uses_up_its_budget(tmp_path: Path) -> None:
    world = World(tmp_path, canary={"blind_deadline": 12, "blind_budget": 25, "duration": 600})
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    for _ in range(10):
        if autopilot.state.phase != "canary":
            break
        world.evidence.error = UnreachableError("gone")
        world.let_pass(autopilot, 6)
        world.evidence.error = None
        world.let_pass(autopilot, 6)
    world.drive(autopilot, lambda state: state.cycle is None)
    (end,) = world.events(ev.CycleEnded)
    assert end.outcome == "blind"
    total = float(end.reason.removeprefix("nothing could be seen for ").split(" s in all, 25 s are allowed")[0])
    assert 25 < total < 35
    assert len(world.events(ev.Decided)) == 1
    world.close()


def test_an_incident_holds_the_canary_and_its_end_releases_it(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.fire()
    world.let_pass(autopilot, 1)
    assert world.events(ev.CanaryPaused)[0].reasons == ("Down fires: it is down",)
    assert world.live.require().canary is None
    assert _price(world) == 1.0
    looks = len(world.events(ev.CanaryLooked))
    world.let_pass(autopilot, 30)
    assert len(world.events(ev.CanaryLooked)) == looks
    world.resolve()
    world.let_pass(autopilot, 1)
    assert _price(world) == 1.2
    end = world.to_end(autopilot)
    assert end.outcome == "promoted"
    first, second = autopilot.state.exposures
    assert second.start - first.end >= 30


def test_two_incidents_hold_until_both_are_over(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.fire("Down", "f1")
    world.fire("Late", "f2")
    world.let_pass(autopilot, 1)
    world.resolve("Down", "f1")
    world.let_pass(autopilot, 5)
    assert world.live.require().canary is None
    world.resolve("Late", "f2")
    world.let_pass(autopilot, 1)
    assert world.live.require().canary == "cycle-1"


def test_an_operator_pauses_and_resumes_it(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.submit(ev.PauseRequested(reason="release day"))
    world.let_pass(autopilot, 20)
    assert world.events(ev.CanaryPaused)[0].reasons == ("paused by ann: release day",)
    assert _price(world) == 1.0
    world.submit(ev.ResumeRequested())
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_pause_that_lasts_too_long_ends_it_as_inconclusive(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.submit(ev.PauseRequested(reason="release day"))
    start = world.now
    end = world.to_end(autopilot)
    assert end.outcome == "inconclusive"
    assert "too long" in end.reason
    assert "release day" in end.reason
    assert 120 < world.now - start < 125
    assert _price(world) == 1.0


@pytest.mark.parametrize("hold", ["incident", "pause"])
def test_a_canary_does_not_begin_while_something_holds_it(world: World, hold: str) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_phase(autopilot, "canary")
    if hold == "incident":
        world.fire()
    else:
        world.submit(ev.PauseRequested(reason="night"))
    assert world.to_end(autopilot).outcome == "held"
    assert not world.events(ev.CanaryStarted)


def test_a_lease_that_ran_out_ends_exposure_where_readers_fell_back_and_the_canary_goes_on(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    expires_at = world.live.require().expires_at
    assert expires_at is not None
    world.now = expires_at + 20  # the machine slept
    world.step(autopilot)
    assert world.events(ev.CanaryLapsed) == [ev.CanaryLapsed(cycle=1, expired_at=expires_at)]
    assert world.live.require().canary is None
    world.step(autopilot)
    assert world.events(ev.CanaryResumed)[0].reason == "the controller is back"
    assert world.to_end(autopilot).outcome == "promoted"
    assert autopilot.state.exposures[0].end == expires_at


def test_a_canary_that_nobody_watched_for_too_long_is_blind(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.now += 15 + 31
    end = world.to_end(autopilot)
    assert (end.outcome, end.reason.split(" for ")[0]) == ("blind", "nobody watched this canary")


def test_a_lapse_that_meets_a_pause_is_held_as_a_pause(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=7)
    world.now += 20
    world.submit(ev.PauseRequested(reason="release day"))
    world.let_pass(autopilot, 60)  # longer than the blind deadline: somebody does watch
    assert autopilot.state.phase == "canary"
    world.submit(ev.ResumeRequested())
    assert world.to_end(autopilot).outcome == "promoted"


def test_a_verdict_that_was_seen_is_not_undone_by_a_lapse_or_an_incident(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.verdict == "proceed"))
    world.fire()
    world.now += 1000
    end = world.to_end(autopilot)
    assert end.outcome == "promoted"
    assert "benefit" in end.reason
    assert not world.events(ev.CanaryLapsed)


def test_a_canary_that_gets_too_few_points_ends_in_overtime(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=1)
    for _ in range(80):  # paused more often than it is looked at
        if autopilot.state.cycle is None:
            break
        world.let_pass(autopilot, 3)
        world.submit(ev.PauseRequested(reason="short"))
        world.let_pass(autopilot, 1)
        world.submit(ev.ResumeRequested())
    world.drive(autopilot, lambda state: state.cycle is None)
    end = world.events(ev.CycleEnded)[0]
    assert end.outcome == "inconclusive"
    assert "s of exposure gave too few points to decide" in end.reason
    exposed = sum(window.seconds for window in autopilot.state.exposures)
    windows = len(autopilot.state.exposures)
    assert exposed <= OVERTIME * (60 + windows) + 5
