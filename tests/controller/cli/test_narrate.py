"""Events in one sentence each."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.autopilot import Autopilot
from controller.cli.narrate import sentence
from controller.journal import event as ev
from controller.journal.event import Event
from tests.controller.world import BAD, NONE, World, worlds

SILENT = {"controller_started", "controller_stopped", "observed"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def test_every_kind_of_event_has_its_sentence_or_none_on_purpose(tmp_path: Path) -> None:
    world = World(tmp_path / "asking", canary={"steps": [0.1, 0.2], "ask_when_inconclusive": 20, "minimum_proceed": 60})
    autopilot = world.controller()
    world.request()
    world.to_canary(autopilot, seconds=7)
    world.fire()
    world.let_pass(autopilot, 1)
    world.resolve()
    world.let_pass(autopilot, 1)
    world.now += 20
    world.to_end(autopilot)
    world.submit(ev.PauseRequested(reason="night"))
    world.submit(ev.ResumeRequested())
    world.submit(ev.RollbackRequested(version="0" * 64, values={"price": 1.0, "batch": 5}, reason="back"))
    world.step(autopilot)
    override_and_clear(world, autopilot)
    world.evidence.effects = dict(NONE)
    world.request(price=1.2)
    world.drive(autopilot, lambda s: bool(s.cycle and s.cycle.canary and s.cycle.canary.awaiting_until))
    world.submit(ev.CanaryRejected(canary="cycle-9", reason="ugly"))
    world.submit(ev.CanaryAborted(canary="cycle-9", reason="gone"))
    world.submit(ev.CanaryApproved(canary="cycle-2", reason="we need it"))
    world.step(autopilot)
    world.step(autopilot)
    world.step(autopilot)
    operate(world, autopilot)
    autopilot.stop(world.now)
    first = fold_first(world)
    told: dict[str, str] = {event.payload.kind: sentence(event) for event in world.read()}
    kinds = {model.model_fields["kind"].default for model in typing.get_args(typing.get_args(ev.Payload)[0])}
    assert set(told) == kinds
    assert {kind for kind, text in told.items() if not text} == SILENT
    assert first["proposed"].startswith("proposed: price 1 -> 1.1: ")
    assert told["canary_paused"] == "canary held, all arms on control values: Down fires: it is down"
    assert told["pause_requested"] == "paused by ann: night"
    assert first["cycle_ended"] == "cycle 1 ended: promoted"
    assert first["measured"].startswith("measured: conversion: predicted +0.0")
    assert ", measured +0.0" in first["measured"]
    assert ", inside the predicted -" in first["measured"]
    assert first["canary_started"].startswith("canary begins: 60 points planned in shares of 0.1, 0.2; detectable")
    assert told["canary_stepped"] == "canary grows to 0.2 of the units (step 2)"
    assert told["canary_awaiting"].startswith("canary waits for approve or reject until 1970-01-12 ")
    assert told["canary_approved"] == "ann orders: approve cycle-2: we need it"
    assert told["canary_order_refused"].startswith(
        "abort cycle-9, ordered by ann, changes nothing: canary cycle-9 is not under way: cycle 2"
    )
    assert told["decided"].startswith("decided: proceed: approved by ann: we need it; look ")
    told_of_operations(first, told)
    assert "nan" not in " ".join(told.values()).lower()
    world.close()


def told_of_operations(first: dict[str, str], told: dict[str, str]) -> None:
    """Check what is said of what operators asked for, and of what `operate` did."""
    assert first["adopted"] == "the values of the defaults are in force: batch=5, price=1"
    assert first["cycle_requested"] == "ann asks for a cycle: test"
    assert told["cycle_requested"] == "ann asks for a canary of price=1.2: test"
    assert told["rollback_requested"] == "ann asks for a rollback to 000000000000: back"
    assert told["emergency_pause_requested"] == "EMERGENCY PAUSE by ann, all arms on control values: fire"
    assert first["deploy_requested"] == "ann asks for a deployment of price=1.1: now"
    assert first["deployed"] == (
        "deployed by ann without a canary (golden cases: not asked: forced): batch=5, price=1.1: now"
    )
    assert told["request_refused"] == (
        "deployment of price = 9, wanted by ann, changes nothing: deployment of price = 9: parameter price: 9.0 is "
        "outside hard bounds [0.5, 1.5]; hard bounds hold whatever is forced"
    )
    assert told["drift_detected"] == (
        "DRIFT (rollbacks): 3 of 7 were rolled back; paused until 1970-01-12 13:46:40 UTC"
    )
    assert told["phase_held"] == "observing cannot go on and waits until 1970-01-12 13:46:40 UTC: nobody answers"
    assert told["pause_ended"] == "the pause (drift) is over: its time is over"
    assert told["job_done"] == "triage FAILED: GitHub is down"
    assert told["config_loaded"] == "configuration 0123456789ab is in use; canary.duration: 60 -> 30"


def operate(world: World, autopilot: Autopilot) -> None:
    """Do what operators do, and append what monitors and jobs say."""
    world.submit(ev.EmergencyPauseRequested(reason="fire"))
    world.submit(ev.DeployRequested(values={"price": 1.1}, reason="now", force=True))
    world.submit(ev.DeployRequested(values={"price": 9.0}, reason="now", force=True))
    world.submit(ev.BoundsAdjustRequested(parameter="price", low=0.7, high=1.3, reason="calm"))
    world.submit(ev.ConfigChanged(digest="0123456789abcdef", changes=("canary.duration: 60 -> 30",), reason="quick"))
    world.submit(ev.JobRequested(job="triage", reason="monday"))
    until = 1_000_000.0
    for payload in (
        ev.DriftDetected(
            cause="rollbacks",
            action="pause",
            reason="3 of 7 were rolled back",
            value=0.43,
            threshold=0.1,
            until=until,
            strikes=1,
        ),
        ev.PhaseHeld(cycle=1, phase="observing", reason="nobody answers", until=until),
        ev.PauseEnded(cause="drift", reason="its time is over"),
        ev.JobDone(job="triage", trigger="operator", ok=False, text="GitHub is down"),
        ev.ConfigLoaded(digest="0123456789abcdef", changes=("canary.duration: 60 -> 30",)),
    ):
        world.submit(payload)
    for _ in range(4):
        world.step(autopilot)


def override_and_clear(world: World, autopilot: Autopilot) -> None:
    """Put other bounds in force and take them back."""
    until = world.now + 3600
    world.submit(ev.BoundsOverrideRequested(parameter="price", low=0.5, high=1.25, until=until, reason="sale"))
    world.step(autopilot)
    world.submit(ev.BoundsOverrideCleared(parameter="price", reason="sold out"))
    world.step(autopilot)


def test_an_override_is_told_from_its_request_to_its_end(world: World) -> None:
    autopilot = world.controller()
    override_and_clear(world, autopilot)
    first, begun, asked, over = (sentence(event) for event in world.read()[-4:])
    assert first.startswith("ann bounds price to 0.5 .. 1.25 until 1970-01-12 ")
    assert begun.startswith("bounds of price overridden to 0.5 .. 1.25: until 1970-01-12 ")
    assert asked == "ann ends the override of price: sold out"
    assert over.startswith("bounds of price restored to 0.5 .. 1.5: the override is over: cleared by ann: sold out")


def fold_first(world: World) -> dict[str, str]:
    """Return the first sentence of each kind of event."""
    told: dict[str, str] = {}
    for event in world.read():
        told.setdefault(event.payload.kind, sentence(event))
    return told


def test_golden_cases_that_were_not_asked_are_not_called_passed(world: World) -> None:
    asked = ev.Validated(cycle=1, passed=True, cases=0, seconds=0.0, failures=())
    bypassed = asked.model_copy(update={"bypassed": "by ann: it burns"})
    failed = asked.model_copy(update={"passed": False, "failures": ("no such file",)})
    told = [sentence(_event(payload, world)) for payload in (asked, bypassed, failed)]
    assert told == [
        "no golden cases are configured: nothing was checked",
        "golden cases not asked: by ann: it burns",
        "validated: 0 golden cases FAILED: no such file in 0.00 s",
    ]


def test_a_cycle_without_a_verdict_says_why_it_ended(world: World) -> None:
    world.gate.failures = ("case one: wrong",)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    told = {event.payload.kind: sentence(event) for event in world.read()}
    assert told["validated"].startswith("validated: 3 golden cases FAILED: case one: wrong in ")
    assert told["cycle_ended"] == "cycle 1 ended: refused: golden cases failed: case one: wrong"


def _event(payload: ev.Payload, world: World) -> Event:
    world.controller()
    return world.read()[0].model_copy(update={"payload": payload})


def test_a_proposal_says_every_move_once_and_its_chance(world: World) -> None:
    moves = (ev.Moved(parameter="price", old=1.0, new=1.1), ev.Moved(parameter="batch", old=5, new=6))
    bare = ev.Proposed(cycle=1, changes=moves, predicted=(), rationale="it should help", chance=0.452)
    assert (
        sentence(_event(bare, world))
        == "proposed: price 1 -> 1.1, batch 5 -> 6: it should help; chance of a promotion 45%"
    )
    whole = bare.model_copy(update={"rationale": "price 1 -> 1.1, batch 5 -> 6: fine; chance of a promotion 45%"})
    assert sentence(_event(whole, world)) == f"proposed: {whole.rationale}"
    old = bare.model_copy(update={"chance": float("nan")})
    assert sentence(_event(old, world)) == "proposed: price 1 -> 1.1, batch 5 -> 6: it should help"


def test_a_measurement_says_whether_the_interval_held_it(world: World) -> None:
    impact = ev.Impact(
        kpi="conversion",
        predicted=0.02,
        measured=0.05,
        standard_error=0.01,
        error_ratio=0.6,
        before=None,
        after=None,
        low=-0.01,
        high=0.06,
        held=True,
    )

    def told(**changed: object) -> str:
        return sentence(_event(ev.Measured(cycle=1, impacts=(impact.model_copy(update=changed),)), world))

    assert told() == "measured: conversion: predicted +0.02, measured +0.05, inside the predicted -0.01 to +0.06"
    assert "OUTSIDE the predicted -0.01 to +0.06" in told(held=False)
    early = "inside the predicted -0.01 to +0.06 once that is widened for a canary that ended early"
    assert told(measured=0.07).endswith(early)
    assert told(held=None) == "measured: conversion: predicted +0.02, measured +0.05 (error 60%)", "an old journal"


def test_what_could_not_be_measured_is_said(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_end(autopilot)
    told = {event.payload.kind: sentence(event) for event in world.read()}
    assert "(standard error 0.00" in told["measured"]
    nothing = world.read()[-1].model_copy(update={"payload": ev.Measured(cycle=1, impacts=())})
    assert sentence(nothing) == "measured: nothing, the canary never ran long enough"
