"""The moments that are worth telling."""

from __future__ import annotations

from controller.casebook.moments import MOST, moments
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi


def told(past: Past) -> list[tuple[float, str]]:
    """Return the moments with their minutes."""
    record = past.record()
    return [((moment.at - record.origin) / 60, moment.text) for moment in moments(record, TERMS)]


def test_only_looks_that_changed_something_are_told(past: Past) -> None:
    past.propose().start()
    for minute in range(1, 30):
        past.look(minute, kpi(PRIMARY, 0.001, 0.05, 4 * minute), kpi(RAIL, 0.0, 0.05, 4 * minute, verdict="undecided"))
    assert told(past) == [(1, f"first seen: {PRIMARY} +0.1 pp, between -4.9 and +5.1 pp after 4 points")]


def test_the_first_time_that_a_boundary_comes_near_is_told_once(past: Past) -> None:
    past.propose().start()
    for minute, effect in ((1, 0.0), (2, -0.06), (3, -0.05), (4, 0.0), (5, 0.04), (6, 0.045)):
        past.look(minute, kpi(PRIMARY, effect, 0.05, 4 * minute, harm_needed=0.05, benefit_needed=0.05))
    assert told(past)[1:] == [
        (2, f"harm came near: {PRIMARY} -6 pp, 120% of what a rollback takes, but after too few points"),
        (5, f"benefit came near: {PRIMARY} +4 pp, 80% of what a proof takes"),
    ]


def test_noise_proof_and_cleared_guardrails_are_told(past: Past) -> None:
    past.propose().start()
    past.look(1, kpi(PRIMARY, 0.0, 0.05, 4), kpi(RAIL, 0.0, 0.05, 4, verdict="undecided"))
    past.look(2, kpi(PRIMARY, 0.0, 0.05, 8, noise=2.0), kpi(RAIL, 0.0, 0.05, 8, verdict="proceed"))
    past.look(3, kpi(PRIMARY, 0.0, 0.05, 8, noise=3.0), kpi(RAIL, 0.0, 0.05, 8, verdict="undecided"))
    past.look(4, kpi(PRIMARY, 0.06, 0.05, 8, verdict="proceed"), kpi(RAIL, 0.0, 0.05, 8, verdict="undecided"))
    assert told(past)[1:] == [
        (2, f"noise rose: {PRIMARY} is 2 times as noisy as its history (variance)"),
        (2, f"guardrail cleared: {RAIL} does no harm beyond 5 pp"),
        (4, f"benefit proven: {PRIMARY} +6 pp; not every guardrail was cleared yet"),
    ]


def test_blindness_is_told_when_it_begins_and_ends(past: Past) -> None:
    past.propose().start().look(1, kpi(PRIMARY, 0.0, 0.05, 4))
    for minute in (2, 3, 4):
        past.look(minute, verdict="blind", reasons=("no data",))
    past.look(5, kpi(PRIMARY, 0.0, 0.05, 4))
    assert told(past)[1:] == [(2, "blind: no data"), (5, "seen again after 3 min")]


def test_stillness_shares_and_words_are_told(past: Past) -> None:
    past.propose().start().pause(2).resume(3)
    past.at(4).add(ev.CanaryStepped(cycle=1, step=2, weight=0.3, version="v"))
    refused = past.at(5).add(ev.CanaryApproved(canary="cycle-1", reason="ship it"), "bob")
    past.add(ev.CanaryOrderRefused(request=refused, order="approve", canary="cycle-1", by="bob", reason="Down fires"))
    past.pause(6, alert="Down")
    assert told(past) == [
        (2, "held by ann for 1 min: paused by an operator: lunch"),
        (4, "grew to 30% of the traffic"),
        (5, "bob ordered approve: ship it (refused: Down fires)"),
        (6, "held by an incident: Down fires: it burns"),
    ]


def test_what_happens_again_and_again_is_counted(past: Past) -> None:
    past.propose().start()
    for minute in range(2, 40, 2):
        past.pause(minute, alert="Flapping").resume(minute + 1, alert="Flapping")
    found = told(past)
    assert len(found) == MOST + 1
    assert found[-1] == (8, "16 more times: held by an incident")


def test_a_canary_that_never_began_has_no_moments(past: Past) -> None:
    assert told(past.propose().validate("no")) == []
