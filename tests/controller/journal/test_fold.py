"""Events become state: in any order, in one go or in parts; and what the controller's own events and alerts do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import fold
from controller.journal.fold_canary import KEPT_EXPOSURES
from controller.journal.fold_cycle import KEPT_TRIALS
from controller.journal.state import State
from exporter.catalog.controller import PHASES
from tests.controller.journal.events import KINDS, events, example, payloads
from tests.controller.journal.steps import CANARY, ENDED, PROPOSED, START, folded


@given(st.lists(payloads(), max_size=12), st.integers(0, 12))
def test_any_order_folds_and_in_two_parts_gives_the_same(found: list[Payload], cut: int) -> None:
    whole = events(*found)
    assert repr(fold(fold(State(), whole[:cut]), whole[cut:])) == repr(fold(State(), whole))


@given(st.lists(st.sampled_from(KINDS), max_size=30))
def test_any_order_of_steps_leaves_a_phase_that_exists(kinds: list[type[Payload]]) -> None:
    state = folded(*(example(kind) for kind in kinds))
    assert state.phase in PHASES
    assert state.seq == len(kinds)
    if state.cycle is None:
        assert state.phase == "idle"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_kind_may_stand_first_and_its_place_is_remembered(kind: type[Payload]) -> None:
    state = folded(example(kind))
    assert (state.seq, state.last_at, state.last_hash) == (1, 1000.0, "h1")


def test_a_controller_owns_the_journal_until_it_stops() -> None:
    assert folded(example(ev.ControllerStarted)).owner == "w"
    assert folded(example(ev.ControllerStarted), ev.ControllerStopped()).owner == ""


def test_values_are_adopted_applied_and_rolled_back() -> None:
    adopted = example(ev.Adopted)
    assert (folded(adopted).values, folded(adopted).version) == ({"heat": 0.6, "top": 12}, "v0")
    applied = folded(adopted, START, example(ev.Applied))
    assert (applied.values, applied.version, applied.phase) == ({"heat": 0.75, "top": 12}, "v2", "measuring")
    asked = folded(example(ev.RollbackRequested))
    assert [one.payload for one in asked.wanted] == [example(ev.RollbackRequested)]
    back = folded(example(ev.RollbackRequested), example(ev.RolledBack))
    assert (back.values, back.version, back.wanted) == ({"heat": 0.6}, "v0", ())


def test_a_requested_cycle_waits_until_one_starts() -> None:
    request = example(ev.CycleRequested)
    assert folded(request).requested == request
    assert folded(request, START).requested is None


def test_a_pause_lasts_until_it_is_ended_and_always_has_a_reason() -> None:
    assert folded(ev.PauseRequested(reason="holiday")).paused == "paused by autopilot: holiday"
    assert folded(ev.PauseRequested(reason="")).paused == "paused by autopilot: no reason given"
    assert folded(ev.PauseRequested(reason="x"), ev.ResumeRequested()).paused is None


def test_an_alert_is_one_incident_until_it_is_resolved_however_often_it_is_told() -> None:
    firing, resolved = example(ev.AlertFiring), example(ev.AlertResolved)
    state = folded(firing, firing)
    assert list(state.incidents) == ["f1"]
    assert state.incident_count == 1
    again = folded(firing, resolved, resolved, firing)
    assert (again.incident_count, list(again.incidents), list(again.incident_at)) == (2, ["f1"], ["f1"])
    over = folded(firing, resolved)
    assert (len(over.incidents), len(over.incident_at)) == (0, 0)


def test_memory_is_bounded() -> None:
    cycle = (START, PROPOSED, CANARY, example(ev.Measured), ENDED)
    state = folded(*(cycle * (KEPT_TRIALS + 1)))
    assert (len(state.trials), len(state.exposures)) == (KEPT_TRIALS, KEPT_EXPOSURES)
    assert state.trials[-1].at == state.last_at - 10
    assert state.outcomes == {"promoted": KEPT_TRIALS + 1}
