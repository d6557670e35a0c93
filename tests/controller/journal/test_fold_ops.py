"""What the state knows of pauses, drift, an operator's changes, jobs and the configuration."""

from __future__ import annotations

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.fold_ops import KEPT_DRIFT
from controller.journal.state import State
from tests.controller.journal.events import events, example

DRIFT = example(ev.DriftDetected)
ADOPTED = example(ev.Adopted)
START = ev.CycleStarted(cycle=1, trigger="schedule")


def _fold(*found: Payload) -> State:
    return fold(State(), events(*found))


def test_pauses_stand_beside_each_other_and_the_gravest_is_told_first() -> None:
    state = _fold(ev.PauseRequested(reason="holiday", until=4000.0), DRIFT, ev.EmergencyPauseRequested(reason="fire"))
    assert set(state.pauses) == {"operator", "drift", "emergency"}
    assert state.emergency
    assert state.paused == "emergency pause by autopilot: fire"
    assert state.pauses["operator"].until == 4000.0
    assert state.pauses["drift"].until == 5000.0


def test_a_pause_whose_time_is_over_ends_alone_and_an_operator_ends_them_all() -> None:
    paused = (ev.PauseRequested(reason="holiday"), DRIFT)
    ended = _fold(*paused, ev.PauseEnded(cause="drift", reason="over"))
    assert set(ended.pauses) == {"operator"}
    assert ended.paused == "paused by autopilot: holiday"
    assert _fold(*paused, ev.EmergencyPauseRequested(reason=""), ev.ResumeRequested()).paused is None


def test_drift_pauses_count_their_strikes_and_remember_when_the_autopilot_returned() -> None:
    state = _fold(DRIFT)
    assert (state.drift.strikes, state.drift.paused_at, state.drift.returned_at) == (1, 1000.0, None)
    assert _fold(DRIFT, ev.PauseEnded(cause="drift", reason="over")).drift.returned_at == 1010.0
    assert _fold(DRIFT, ev.ResumeRequested(reason="known")).drift.returned_at == 1010.0
    assert _fold(ev.PauseRequested(reason="x"), ev.ResumeRequested()).drift.returned_at is None
    watched = _fold(ev.DriftDetected(cause="plant", action="watch", reason="moved", value=12.0, threshold=10.0))
    assert watched.paused is None
    assert watched.drift.strikes == 0
    assert [record.found.cause for record in watched.drift.records] == ["plant"]


def test_what_drifted_is_remembered_for_every_kpi_however_many_drift_at_once() -> None:
    def told(kpi: str) -> ev.DriftDetected:
        return ev.DriftDetected(cause="plant", action="watch", reason="moved", value=12.0, threshold=10.0, kpi=kpi)

    many = [told(f"kpi {number}") for number in range(KEPT_DRIFT + 10)]
    assert [one.found.kpi for one in _fold(*many).drift.records] == [one.kpi for one in many]
    again = _fold(*many, *([told("kpi 3")] * KEPT_DRIFT)).drift.records
    assert len(again) == KEPT_DRIFT + len(many) - 1  # of the older ones, the last of each other KPI


def test_a_pause_whose_time_is_over_holds_nothing_though_nobody_has_said_so() -> None:
    state = _fold(ev.PauseRequested(reason="holiday", until=4000.0), DRIFT)
    assert state.paused_at(3999.0) == state.paused == "paused by autopilot: holiday"
    assert state.paused_at(4000.0) == state.pauses["drift"].text
    assert state.paused_at(5000.0) is None
    assert _fold(ev.PauseRequested(reason="for good")).paused_at(9e9) == "paused by autopilot: for good"


def test_an_operators_changes_wait_in_order_and_each_answer_ends_its_own() -> None:
    asked = (ADOPTED, example(ev.DeployRequested), example(ev.RollbackRequested))
    state = _fold(*asked)
    assert [(one.seq, one.payload.kind) for one in state.wanted] == [(2, "deploy_requested"), (3, "rollback_requested")]
    deployed = example(ev.Deployed)
    assert isinstance(deployed, ev.Deployed)
    done = _fold(*asked, deployed.model_copy(update={"request": 2}))
    assert [one.seq for one in done.wanted] == [3]
    assert (done.values, done.version) == ({"heat": 0.7, "top": 12}, "v3")
    refused = ev.RequestRefused(request=3, what="rollback", by="me", reason="no")
    left = _fold(*asked, refused)
    assert [one.seq for one in left.wanted] == [2]
    assert left.values == {"heat": 0.6, "top": 12}


def test_a_rollback_of_a_journal_without_request_numbers_answers_what_waits() -> None:
    back = ev.RolledBack(version="v0", values={"heat": 0.6}, reason="bad")
    assert _fold(example(ev.RollbackRequested), back).wanted == ()


def test_jobs_are_remembered_and_a_requested_one_waits_until_it_ran() -> None:
    asked = _fold(ev.JobRequested(job="triage", reason="now"))
    assert asked.jobs_wanted["triage"].reason == "now"
    done = _fold(
        ev.JobDone(job="triage", trigger="schedule", ok=True, text="fine"),
        ev.JobRequested(job="triage", reason="now"),
        ev.JobDone(job="triage", trigger="operator", ok=False, text="GitHub is down"),
    )
    assert done.jobs_wanted == {}
    record = done.jobs["triage"]
    assert (record.at, record.scheduled_at, record.ok, record.runs, record.failures) == (1020.0, 1000.0, False, 2, 1)


def test_cycles_are_remembered_by_what_they_moved_and_how_they_ended() -> None:
    state = _fold(ADOPTED, START, example(ev.Proposed), example(ev.CycleEnded))
    (found,) = state.finished
    assert (found.number, found.outcome, found.trigger, found.parameters, found.forced) == (
        1,
        "promoted",
        "schedule",
        ("heat",),
        False,
    )


def test_the_configuration_in_use_is_known() -> None:
    assert _fold(example(ev.ConfigChanged)).config_digest == ""
    assert _fold(example(ev.ConfigLoaded)).config_digest == "d1"
