"""What stands in history after each kind of event: how, by whom, what changed, and what came of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.history.carry import Carry
from controller.history.entry import Entry
from controller.history.project import projected
from controller.journal import event as ev
from controller.journal.event import Event, Payload
from tests.controller.history.past import project
from tests.controller.journal.events import EXAMPLES, events, example, payloads

ADOPTED = example(ev.Adopted)
STARTED = ev.CycleStarted(cycle=1, trigger="operator")
PROPOSED = example(ev.Proposed)
CANARY = example(ev.CanaryStarted)
DECIDED = example(ev.Decided)
PROMOTED = example(ev.Applied)
MEASURED = example(ev.Measured)
ENDED = example(ev.CycleEnded)
WHOLE = (ADOPTED, STARTED, PROPOSED, CANARY, DECIDED, PROMOTED, MEASURED, ENDED)


def _by(found: tuple[Event, ...], **actors: str) -> tuple[Event, ...]:
    """Return events, some kinds of them by others."""
    return tuple(e.model_copy(update={"actor": actors.get(e.payload.kind, e.actor)}) for e in found)


def _entries(*found: Payload, **actors: str) -> dict[str, Entry]:
    return {entry.cause: entry for entry in project(_by(events(*found), **actors))}


def test_a_promotion_tells_its_whole_story() -> None:
    found = _entries(*WHOLE)
    assert list(found) == ["adopted", "canary", "promoted"]
    canary, promoted = found["canary"], found["promoted"]
    assert (canary.version, promoted.version) == ("v1", "v2")
    assert [move.text for move in promoted.changes] == ["heat 0.6 -> 0.75"]
    assert canary.values == promoted.values == {"heat": 0.75, "top": 12}
    for entry in (canary, promoted):
        assert (entry.cycle, entry.outcome, entry.verdict, entry.reason) == (1, "promoted", "proceed", "done")
        assert entry.predicted[0].effect == 0.1
        assert entry.measured[0].measured == 0.08
        assert entry.ended_at == 1070.0
        assert entry.rationale == "why not"
    assert found["adopted"].changes == ()


def test_while_a_cycle_is_under_way_its_entries_have_no_outcome() -> None:
    found = _entries(*WHOLE[:-2])
    assert found["promoted"].outcome == ""
    assert found["promoted"].measured == ()
    assert found["promoted"].ended_at is None


def test_whoever_asked_for_the_cycle_or_ordered_its_end_caused_it() -> None:
    asked = ev.CycleRequested(forced={"heat": 0.75}, reason="try it")
    plain = PROPOSED.model_copy(update={"rationale": ""})
    found = _entries(ADOPTED, asked, STARTED, plain, CANARY, cycle_requested="ann")
    assert (found["canary"].actor, found["canary"].rationale) == ("ann", "try it")
    approved = example(ev.CanaryApproved)
    decided = DECIDED.model_copy(update={"request": 5})
    found = _entries(ADOPTED, STARTED, PROPOSED, CANARY, approved, decided, PROMOTED, canary_approved="bob")
    assert (found["canary"].actor, found["promoted"].actor) == ("autopilot", "bob")
    aborted = ENDED.model_copy(update={"request": 5, "outcome": "aborted"})
    found = _entries(ADOPTED, STARTED, PROPOSED, CANARY, example(ev.CanaryAborted), aborted, canary_aborted="eve")
    assert (found["kept"].actor, found["kept"].outcome) == ("eve", "aborted")


def test_what_an_operator_said_and_went_past_stands_beside_the_proposals_rationale() -> None:
    asked = ev.CycleRequested(forced={"heat": 0.75}, reason="a sale", force=True)
    past = ev.Validated(cycle=1, passed=True, cases=0, seconds=0.0, failures=(), bypassed="ann: a sale")
    found = _entries(ADOPTED, asked, STARTED, PROPOSED, past, CANARY, cycle_requested="ann")
    assert found["canary"].rationale == "why not; a sale; golden cases bypassed by ann: a sale"


def test_the_old_values_come_into_force_again_when_a_canary_fails_or_breaks_off() -> None:
    reverted = ev.Applied(cycle=1, outcome="reverted", values={"heat": 0.6, "top": 12}, version="v0")
    rolled_back = ENDED.model_copy(update={"outcome": "rolled_back"})
    for last in ((DECIDED, reverted, MEASURED, rolled_back), (rolled_back,)):
        kept = _entries(ADOPTED, STARTED, PROPOSED, CANARY, *last)["kept"]
        assert (kept.version, kept.values, kept.outcome) == ("v0", {"heat": 0.6, "top": 12}, "rolled_back")
        assert kept.changes == ()
        assert [move.text for move in kept.tried] == ["heat 0.6 -> 0.75"]


def test_a_cycle_without_a_canary_leaves_no_entry() -> None:
    assert list(_entries(ADOPTED, STARTED, PROPOSED, ENDED)) == ["adopted"]


def test_a_larger_share_of_the_units_is_a_version_of_its_own() -> None:
    stepped = _entries(ADOPTED, STARTED, PROPOSED, CANARY, example(ev.CanaryStepped))["stepped"]
    assert (stepped.version, stepped.reason) == ("v1b", "step 2: 0.1 of the units")


def test_an_operators_changes_name_who_and_why() -> None:
    back = ev.RolledBack(version="v9", values={"heat": 0.5, "top": 12}, reason="bad noon", by="ann")
    out = ev.Deployed(
        version="v8", values={"heat": 0.7, "top": 12}, reason="sale", request=1, by="bob", golden="all passed"
    )
    found = _entries(ADOPTED, back, out)
    assert (found["rolled_back"].actor, found["rolled_back"].reason) == ("ann", "bad noon")
    assert (found["deployed"].actor, found["deployed"].reason) == ("bob", "sale")
    assert found["deployed"].rationale == "golden cases: all passed"
    assert [m.text for m in found["rolled_back"].changes + found["deployed"].changes] == [
        "heat 0.6 -> 0.5",
        "heat 0.5 -> 0.7",
    ]


def test_an_entry_is_confirmed_by_a_further_step_of_the_same_controller() -> None:
    assert not _entries(ADOPTED)["adopted"].confirmed
    assert _entries(ADOPTED, STARTED)["adopted"].confirmed
    first, second = events(ADOPTED, STARTED)
    (adopted,) = project((first, second.model_copy(update={"writer": "another"})))
    assert not adopted.confirmed
    assert not _entries(ADOPTED, STARTED, PROPOSED, CANARY, ENDED)["canary"].confirmed


def test_what_retention_removed_is_remembered() -> None:
    def done(job: str, before: float) -> ev.JobDone:
        return ev.JobDone(job=job, trigger="schedule", ok=True, text="", details={"removed_before": before})

    carry = Carry()
    for event in events(done("upkeep", 5.0), done("upkeep", 4.0), done("triage", 9.0)):
        carry, _ = projected(carry, event)
    assert carry.removed_before == 5.0


@settings(deadline=None)
@given(st.lists(payloads(), max_size=20), st.data())
def test_any_journal_is_projected_and_the_carry_can_be_kept_anywhere(found: list[Payload], data: st.DataObject) -> None:
    whole = events(*found)
    cut = data.draw(st.integers(0, len(whole)))
    carry, entries = Carry(), dict[int, Entry]()
    for number, event in enumerate(whole):
        if number == cut:
            carry = Carry.model_validate_json(carry.model_dump_json())
        carry, new = projected(carry, event)
        entries |= {entry.seq: Entry.model_validate_json(entry.model_dump_json()) for entry in new}
    assert repr(tuple(entries.values())) == repr(project(whole))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_of_event_is_taken_at_any_time(kind: type[Payload]) -> None:
    project(events(example(kind)))
    project(events(*WHOLE[:4], example(kind), *WHOLE[4:]))
