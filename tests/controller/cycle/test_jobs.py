"""Scheduled jobs and the cycle's own moment: on real threads, in the world's time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.adapters.background import BackgroundJobs
from controller.autopilot import Autopilot, News
from controller.errors import UnavailableError
from controller.journal import event as ev
from controller.journal.state import State
from controller.ports import JobResult, NoJobs
from tests.controller.world import World, configuration

HOUR = 3600.0
SUNDAY = datetime(2026, 3, 8, tzinfo=UTC).timestamp()
NIGHTLY = {"cycle": "daily 03:00", "triage": "weekly sun 02:00", "upkeep": "daily 04:00", "catch_up": "6h"}


def counting(state: State, now: float) -> JobResult:
    """Be a job that says what it was given."""
    return JobResult(ok=True, text="counted", details={"events": state.seq, "at": now})


def failing(_state: State, _now: float) -> JobResult:
    """Be a job whose server is away."""
    raise UnavailableError("GitHub does not answer")


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[World]:
    """Return a world with a schedule, on a Sunday at 00:00, whose cycles are held at once."""
    found = World(tmp_path, schedule=NIGHTLY)
    found.jobs = BackgroundJobs({"upkeep": counting, "triage": counting})
    found.evidence.level = None
    found.now = SUNDAY
    yield found
    found.close()


def _done(world: World) -> list[tuple[str, str, bool]]:
    return [(item.job, item.trigger, item.ok) for item in world.events(ev.JobDone)]


def _until_done(world: World, count: int) -> None:
    """Step until so many jobs are done; the world's clock stands still while a thread is at work."""
    _step_until_done(world.controller(), world, count)


def _step_until_done(autopilot: Autopilot, world: World, count: int) -> None:
    at = world.now
    for _ in range(10_000):
        if len(world.events(ev.JobDone)) == count:
            return
        autopilot.step(at)
        threading.Event().wait(0.001)
    raise AssertionError(f"in vain: {_done(world)}")


def test_each_job_runs_at_its_moment_once(nightly: World) -> None:
    autopilot = nightly.controller()
    nightly.let_pass(autopilot, 60)
    assert _done(nightly) == []
    nightly.now = SUNDAY + 2 * HOUR
    _until_done(nightly, 1)
    (done,) = nightly.events(ev.JobDone)
    assert (done.job, done.trigger, done.ok, done.text) == ("triage", "schedule", True, "counted")
    assert done.details["at"] == SUNDAY + 2 * HOUR
    nightly.now = SUNDAY + 4 * HOUR
    _until_done(nightly, 2)
    assert _done(nightly)[-1] == ("upkeep", "schedule", True)
    nightly.let_pass(nightly.controller(), 300)
    assert len(nightly.events(ev.JobDone)) == 2
    assert [item.trigger for item in nightly.events(ev.CycleStarted)] == ["schedule"]


def test_one_that_fails_is_said_and_not_tried_again_before_its_next_moment(nightly: World) -> None:
    nightly.jobs = BackgroundJobs({"triage": failing, "upkeep": counting})
    nightly.controller()
    nightly.now = SUNDAY + 2 * HOUR
    _until_done(nightly, 1)
    (done,) = nightly.events(ev.JobDone)
    assert (done.ok, done.text) == (False, "GitHub does not answer")
    nightly.let_pass(nightly.controller(), 600)
    assert len(nightly.events(ev.JobDone)) == 1
    record = nightly.controller().state.jobs["triage"]
    assert (record.ok, record.runs, record.failures) == (False, 1, 1)


def test_one_that_was_asked_for_runs_now_and_its_own_moment_stays(nightly: World) -> None:
    nightly.controller()
    nightly.submit(ev.JobRequested(job="triage", reason="after the incident"))
    _until_done(nightly, 1)
    assert _done(nightly) == [("triage", "operator", True)]
    assert nightly.controller().state.jobs_wanted == {}
    nightly.now = SUNDAY + 2 * HOUR
    _until_done(nightly, 2)
    assert _done(nightly)[-1] == ("triage", "schedule", True)


def test_a_request_for_what_is_no_job_is_answered(nightly: World) -> None:
    nightly.submit(ev.JobRequested(job="laundry", reason="mistyped"))
    _until_done(nightly, 1)
    assert nightly.events(ev.JobDone)[0].text == "there is no job 'laundry'; there are triage, upkeep"


def test_what_was_missed_is_run_once_or_skipped_once_and_said(nightly: World) -> None:
    nightly.controller()
    nightly.now = SUNDAY + 31 * HOUR  # Monday 07:00: the cycle is 4 h late, upkeep 3 h, triage 29 h
    _until_done(nightly, 2)
    skipped, run = nightly.events(ev.JobDone)
    assert (skipped.job, skipped.ok, skipped.details["skipped"]) == ("triage", False, True)
    assert skipped.details["planned_at"] == SUNDAY + 2 * HOUR
    assert skipped.text == (
        "skipped the run of 2026-03-08 02:00 UTC: 1 d 5 h late, more than the 6 h of schedule.catch_up"
    )
    assert (run.job, run.ok) == ("upkeep", True)
    nightly.let_pass(nightly.controller(), 300)
    assert len(nightly.events(ev.JobDone)) == 2
    assert len(nightly.events(ev.CycleStarted)) == 1


def test_a_cycle_that_was_missed_is_said_and_its_next_moment_holds(nightly: World) -> None:
    nightly.controller()
    nightly.now = SUNDAY + 9.5 * HOUR
    _until_done(nightly, 3)
    assert sorted(_done(nightly)) == [
        ("cycle", "schedule", False),
        ("triage", "schedule", False),
        ("upkeep", "schedule", True),
    ]
    assert nightly.events(ev.CycleStarted) == []
    nightly.now = SUNDAY + 27 * HOUR
    nightly.let_pass(nightly.controller(), 60)
    assert len(nightly.events(ev.CycleStarted)) == 1


def test_a_pause_skips_cycles_without_calling_that_a_failure_and_lets_jobs_run(nightly: World) -> None:
    nightly.controller()
    nightly.submit(ev.PauseRequested(reason="release day"))
    nightly.now = SUNDAY + 10 * HOUR
    _until_done(nightly, 3)
    found = {item.job: item for item in nightly.events(ev.JobDone)}
    assert (found["cycle"].ok, found["upkeep"].ok) == (True, True)
    assert found["cycle"].text == "skipped the run of 2026-03-08 03:00 UTC: paused by ann: release day"
    nightly.submit(ev.ResumeRequested())
    nightly.let_pass(nightly.controller(), 60)
    assert nightly.events(ev.CycleStarted) == []


def test_no_scheduled_job_begins_in_an_emergency_but_one_that_is_asked_for_does(nightly: World) -> None:
    nightly.controller()
    nightly.submit(ev.EmergencyPauseRequested(reason="checkout is down"))
    nightly.now = SUNDAY + 4 * HOUR
    nightly.let_pass(nightly.controller(), 60)
    assert _done(nightly) == []
    nightly.submit(ev.JobRequested(job="upkeep", reason="the disk is filling"))
    _until_done(nightly, 1)
    assert _done(nightly) == [("upkeep", "operator", True)]


def test_a_job_that_takes_long_keeps_cycles_from_starting_and_nothing_else(nightly: World) -> None:
    gate = threading.Event()

    def slow(_state: State, _now: float) -> JobResult:
        gate.wait(60)
        return JobResult(ok=True, text="at last")

    nightly.jobs = BackgroundJobs({"triage": slow, "upkeep": counting})
    autopilot = nightly.controller()
    nightly.now = SUNDAY + 3.5 * HOUR
    nightly.let_pass(autopilot, 30)
    assert nightly.jobs.running == "triage"
    nightly.request()
    nightly.submit(ev.RollbackRequested(version="0" * 64, values={"price": 0.9, "batch": 3}, reason="stop this"))
    nightly.let_pass(autopilot, 30)
    assert nightly.events(ev.CycleStarted) == []
    assert {values["price"] for values in nightly.live.require().arms.values()} == {0.9}
    gate.set()
    _step_until_done(autopilot, nightly, 1)
    nightly.let_pass(autopilot, 60)
    assert _done(nightly) == [("triage", "schedule", True)]
    assert nightly.events(ev.CycleStarted)[0].trigger == "operator"


@pytest.mark.parametrize("restarts", [False, True])
def test_a_plan_has_missed_nothing_that_lies_before_it_was_made(nightly: World, *, restarts: bool) -> None:
    nightly.controller()
    nightly.now = SUNDAY + 4.5 * HOUR
    _until_done(nightly, 2)
    autopilot = nightly.controller()
    nightly.let_pass(autopilot, 60)
    assert len(nightly.events(ev.CycleStarted)) == 1
    nightly.now = SUNDAY + 5 * HOUR
    nightly.config = configuration(schedule={**NIGHTLY, "cycle": "daily 04:45", "triage": "weekly sun 04:40"})
    if restarts:
        autopilot = nightly.controller()
    else:
        autopilot.reconfigure(nightly.config, autopilot.ports, News())
    nightly.let_pass(autopilot, 60)
    assert len(_done(nightly)) == 2
    assert len(nightly.events(ev.CycleStarted)) == 1
    nightly.now = SUNDAY + 29 * HOUR
    _until_done(nightly, 3)  # upkeep kept its plan
    nightly.let_pass(nightly.controller(), 60)
    assert len(nightly.events(ev.CycleStarted)) == 2


def test_the_end_of_a_job_is_not_lost_when_something_comes_from_outside_in_the_same_step(nightly: World) -> None:
    class Meanwhile(NoJobs):
        """Jobs that end in the step in which an operator orders something."""

        def run(self, _name: str, _state: State, now: float) -> JobResult:
            nightly.now = now + 5
            nightly.submit(ev.PauseRequested(reason="release day"))
            return JobResult(ok=True, text="done while Prometheus was slow")

    nightly.jobs = Meanwhile()
    autopilot = nightly.controller()
    nightly.now = SUNDAY + 4.5 * HOUR
    autopilot.step(nightly.now)
    assert [item.text for item in nightly.events(ev.JobDone)] == ["done while Prometheus was slow"]


def test_what_falls_into_a_cycle_comes_after_it_however_late(tmp_path: Path) -> None:
    world = World(tmp_path, schedule={**NIGHTLY, "catch_up": "1h"})
    world.jobs = BackgroundJobs({"upkeep": counting, "triage": counting})
    world.now = SUNDAY + 1 * HOUR
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    world.now = SUNDAY + 6 * HOUR  # the lease ran out meanwhile: the canary ends at the next steps
    while autopilot.state.cycle is not None:
        world.step(autopilot)
    _until_done(world, 3)
    assert sorted(_done(world)) == [
        ("cycle", "schedule", True),
        ("triage", "schedule", True),
        ("upkeep", "schedule", True),
    ]
    assert next(item for item in world.events(ev.JobDone) if item.job == "cycle").text.endswith("cycle 1 was under way")
    world.close()
