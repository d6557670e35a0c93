"""Journal events -> records."""

from __future__ import annotations

import pytest

from controller.casebook.collect import records
from controller.casebook.record import ALERT, LAPSE, OPERATOR, WAITING
from controller.journal import event as ev
from tests.controller.casebook.past import BEGIN, PRIMARY, RAIL, Past, kpi


def test_no_events_are_no_records(past: Past) -> None:
    assert records(()) == ()
    assert past.records() == ()


def test_a_whole_canary_is_told_with_everything(past: Past) -> None:
    record = past.propose(forced=True).promoted().record()
    assert (record.id, record.trigger, record.asked_by, record.asked_why) == (
        "cycle-1",
        "operator",
        "ann",
        "the team suggests it",
    )
    assert [(move.parameter, move.old, move.new) for move in record.changes] == [("temperature", 0.6, 0.75)]
    assert (record.predicted[0].effect, record.golden and record.golden.cases) == (0.02, 16)
    assert (record.planned, dict(record.detectable)[PRIMARY], record.version[-1]) == (240, 0.012, "1")
    assert record.begun_at == BEGIN + 1
    assert record.started_at == record.origin == BEGIN + 11
    assert (record.decided_at, record.over_at) == (record.origin + 1800, record.origin + 1800)
    assert (record.verdict, record.outcome, record.promoted) == ("proceed", "promoted", True)
    assert [window.seconds for window in record.exposures] == [1800]
    assert [looked.look.look for looked in record.looks] == list(range(1, 11))
    assert record.last_seen is not None
    assert (seen := record.last_seen.kpi(RAIL)) is not None
    assert seen.count == 120
    assert record.last_seen.kpi("nothing") is None


def test_the_next_scheduled_cycle_was_asked_for_by_nobody(past: Past) -> None:
    past.propose(forced=True).promoted().propose().start()
    assert [(record.trigger, record.asked_by) for record in past.records()] == [("operator", "ann"), ("schedule", "")]


def test_a_running_canary_is_told_as_far_as_it_got(past: Past) -> None:
    record = past.propose().start().look(5, kpi(PRIMARY, 0.01, 0.02, 20)).record()
    assert (record.outcome, record.verdict, record.ended_at, record.decided_at) == ("", "", None, None)
    assert (record.exposed, record.over_at - record.origin) == (300, 300)


def test_a_canary_that_never_began_has_no_start(past: Past) -> None:
    record = past.propose().validate("case 3: temperature is too high").record()
    assert (record.started_at, record.origin, record.exposures) == (None, record.begun_at, ())
    assert record.golden is not None
    assert not record.golden.passed


def test_stillness_is_told_with_its_reason_and_the_incidents_of_the_time(past: Past) -> None:
    past.propose().start().pause(5, alert="Down").resume(8, alert="Down").pause(10).resume(12)
    past.at(20).add(ev.CanaryLapsed(cycle=1, expired_at=past.now - 30))
    past.at(21)
    past.add(ev.CanaryPaused(cycle=1, reasons=("paused by an operator: x",)))
    past.at(22).add(ev.CanaryResumed(cycle=1, reason="back", expires_at=past.now + 1000))
    past.at(30).add(ev.CanaryAwaiting(cycle=1, verdict="inconclusive", reasons=("nothing",), deadline=past.now + 60))
    record = past.record()
    found = [
        (h.kind, round((h.start - record.origin) / 60, 1), None if h.end is None else (h.end - record.origin) / 60)
        for h in record.holds
    ]
    assert found == [
        (ALERT, 5, 8),
        (OPERATOR, 10, 12),
        (LAPSE, 19.5, 21),
        (OPERATOR, 21, 22),
        (WAITING, 30, None),
    ]
    assert record.holds[0].alerts == ("Down",)
    assert record.exposed == pytest.approx(60 * (5 + 2 + 7.5 + 8))


def test_operators_words_stand_with_actor_reason_and_answer(past: Past) -> None:
    past.propose().start().at(3)
    refused = past.add(ev.CanaryApproved(canary="cycle-1", reason="ship it"), "ann")
    past.add(
        ev.CanaryOrderRefused(request=refused, order="approve", canary="cycle-1", by="ann", reason="Down fires"),
    )
    done = past.add(ev.CanaryRejected(canary="cycle-1", reason="ugly"), "bob")
    record = past.end("rollback", "rejected by bob: ugly", request=done).record()
    assert [(word.actor, word.order, word.reason, word.answer) for word in record.words] == [
        ("ann", "approve", "ship it", "refused: Down fires"),
        ("bob", "reject", "ugly", "carried out"),
    ]
    assert record.word(record.request) == record.words[1]


def test_an_aborted_canary_ends_with_its_exposure_and_nothing_later_changes_it(past: Past) -> None:
    past.propose().start().at(7)
    order = past.add(ev.CanaryAborted(canary="cycle-1", reason="wrong build"), "bob")
    past.close("aborted", "aborted by bob: wrong build", request=order)
    before = past.record()
    past.at(9).add(ev.PauseRequested(reason="holiday"), "ann")
    past.add(ev.RolledBack(version="v0", values={"temperature": 0.6}, reason="x"))
    assert past.record() == before
    assert (before.outcome, before.decided_at, before.exposed, before.words[0].answer) == (
        "aborted",
        None,
        420,
        "carried out",
    )


def test_what_held_the_autopilot_at_the_end_is_known(past: Past) -> None:
    past.propose().validate()
    past.add(ev.PauseRequested(reason="holiday"), "ann")
    assert past.close("held", "paused by an operator: holiday").record().held_by == OPERATOR
    past.add(ev.ResumeRequested(), "ann")
    past.propose().validate()
    past.add(ev.AlertFiring(fingerprint="f", alert="Down", labels={}, summary="", starts_at=""))
    assert past.close("held", "Down fires: ").record().held_by == ALERT
