"""Scheduled jobs on a thread: begun, looked after, failed, given up."""

from __future__ import annotations

import threading
from collections.abc import Callable

from controller.adapters.background import BackgroundJobs, Job
from controller.errors import UnavailableError
from controller.journal.state import State
from controller.ports import JobResult
from tests.controller.running import wait_for


def _result(jobs: BackgroundJobs, name: str) -> JobResult:
    found: list[JobResult] = []

    def look() -> bool:
        if (result := jobs.run(name, State(), 1.0)) is not None:
            found.append(result)
        return bool(found)

    wait_for(look)
    return found[0]


def _running(jobs: BackgroundJobs) -> str | None:
    return jobs.running


def _raising(error: Exception) -> Job:
    def job(_state: State, _now: float) -> JobResult:
        raise error

    return job


def _waiting(for_: threading.Event) -> Job:
    def job(state: State, now: float) -> JobResult:
        for_.wait(60)
        return JobResult(ok=True, text=f"{state.seq} events at {now:g}")

    return job


def test_a_job_runs_once_and_its_result_is_taken_once() -> None:
    gate = threading.Event()
    jobs = BackgroundJobs({"upkeep": _waiting(gate), "triage": _waiting(gate)})
    assert _running(jobs) is None
    assert jobs.run("upkeep", State(seq=7), 5.0) is None
    assert _running(jobs) == "upkeep"
    assert jobs.run("triage", State(), 6.0) is None  # one at a time
    assert _running(jobs) == "upkeep"
    gate.set()
    assert _result(jobs, "upkeep") == JobResult(ok=True, text="7 events at 5")
    assert _running(jobs) is None
    assert _result(jobs, "triage").ok


def test_a_job_that_raises_has_failed_with_what_was_said() -> None:
    def failed(job: Job) -> JobResult:
        return _result(BackgroundJobs({"triage": job}), "triage")

    ours = failed(_raising(UnavailableError("GitHub does not answer")))
    assert (ours.ok, ours.text) == (False, "GitHub does not answer")
    fault = failed(_raising(ZeroDivisionError("division by zero")))
    assert (fault.ok, fault.text) == (False, "a fault in the job itself: ZeroDivisionError: division by zero")


def test_a_job_that_hangs_is_given_up_and_nothing_begins_until_it_has_ended() -> None:
    gate = threading.Event()
    begin: Callable[[], JobResult | None] = lambda: jobs.run("triage", State(), 1.0)  # noqa: E731 - said three times
    jobs = BackgroundJobs({"upkeep": _waiting(gate), "triage": _waiting(threading.Event())}, limit=0.05)
    assert _result(jobs, "upkeep").text == "upkeep took longer than 0.05 s and was given up"
    assert _running(jobs) is None
    hangs = begin()
    assert hangs is not None
    assert hangs.text == "upkeep still hangs: restart the controller to be rid of it"
    gate.set()
    wait_for(lambda: begin() is None)
    assert _running(jobs) == "triage"


def test_an_unknown_job_is_said_and_others_may_take_its_place() -> None:
    jobs = BackgroundJobs({})
    assert _result(jobs, "upkeep").text == "this controller knows no job 'upkeep'"
    gate = threading.Event()
    gate.set()
    jobs.replace({"upkeep": _waiting(gate)})
    assert _result(jobs, "upkeep").ok
