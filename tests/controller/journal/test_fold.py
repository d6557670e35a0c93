"""Events become state: what each kind does, in any order, in one go or in parts."""

from __future__ import annotations

import math
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.journal import event as ev
from controller.journal.event import Payload
from controller.journal.fold import KEPT_EXPOSURES, KEPT_TRIALS, fold
from controller.journal.state import CanaryState, Effect, State
from controller.model import Window
from exporter.catalog.controller import PHASES
from exporter.parameters import Values
from tests.controller.journal.events import KINDS, LOOKED, events, example, payloads

START = example(ev.CycleStarted)
PROPOSED = example(ev.Proposed)
CANARY = ev.CanaryStarted(cycle=1, canary="c-1", version="v1", planned=240, expires_at=1500.0, detectable={})
LAPSED = ev.CanaryLapsed(cycle=1, expired_at=1015.0)
RESUMED = ev.CanaryResumed(cycle=1, reason="over", expires_at=1700.0)
PAUSED = ev.CanaryPaused(cycle=1, reasons=("Bad fires",))
ENDED = ev.CycleEnded(cycle=1, outcome="promoted", reason="done")


def _fold(*found: Payload) -> State:
    """Fold payloads that stand at 1000, 1010, 1020 ..."""
    return fold(State(), events(*found))


def _look(verdict: str, look: int = 1, *kpis: ev.KpiLook) -> ev.CanaryLooked:
    return ev.CanaryLooked(cycle=1, look=look, verdict=verdict, reasons=("r",), kpis=kpis, expires_at=1600.0)


# --- any order, any parts


@given(st.lists(payloads(), max_size=12), st.integers(0, 12))
def test_any_order_folds_and_in_two_parts_gives_the_same(found: list[Payload], cut: int) -> None:
    whole = events(*found)
    assert repr(fold(fold(State(), whole[:cut]), whole[cut:])) == repr(fold(State(), whole))


@given(st.lists(st.sampled_from(KINDS), max_size=30))
def test_any_order_of_steps_leaves_a_phase_that_exists(kinds: list[type[Payload]]) -> None:
    state = _fold(*(example(kind) for kind in kinds))
    assert state.phase in PHASES
    assert state.seq == len(kinds)
    if state.cycle is None:
        assert state.phase == "idle"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_kind_may_stand_first_and_its_place_is_remembered(kind: type[Payload]) -> None:
    state = _fold(example(kind))
    assert (state.seq, state.last_at, state.last_hash) == (1, 1000.0, "h1")


# --- each kind


def test_a_controller_owns_the_journal_until_it_stops() -> None:
    assert _fold(example(ev.ControllerStarted)).owner == "w"
    assert _fold(example(ev.ControllerStarted), ev.ControllerStopped()).owner == ""


def test_values_are_adopted_applied_and_rolled_back() -> None:
    adopted = example(ev.Adopted)
    assert (_fold(adopted).values, _fold(adopted).version) == ({"heat": 0.6, "top": 12}, "v0")
    applied = _fold(adopted, START, example(ev.Applied))
    assert (applied.values, applied.version, applied.phase) == ({"heat": 0.75, "top": 12}, "v2", "measuring")
    asked = _fold(example(ev.RollbackRequested))
    assert [one.payload for one in asked.wanted] == [example(ev.RollbackRequested)]
    back = _fold(example(ev.RollbackRequested), example(ev.RolledBack))
    assert (back.values, back.version, back.wanted) == ({"heat": 0.6}, "v0", ())


def test_a_requested_cycle_waits_until_one_starts() -> None:
    request = example(ev.CycleRequested)
    assert _fold(request).requested == request
    assert _fold(request, START).requested is None


def test_a_pause_lasts_until_it_is_ended_and_always_has_a_reason() -> None:
    assert _fold(ev.PauseRequested(reason="holiday")).paused == "paused by autopilot: holiday"
    assert _fold(ev.PauseRequested(reason="")).paused == "paused by autopilot: no reason given"
    assert _fold(ev.PauseRequested(reason="x"), ev.ResumeRequested()).paused is None


def test_an_alert_is_one_incident_until_it_is_resolved_however_often_it_is_told() -> None:
    firing, resolved = example(ev.AlertFiring), example(ev.AlertResolved)
    state = _fold(firing, firing)
    assert list(state.incidents) == ["f1"]
    assert state.incident_count == 1
    again = _fold(firing, resolved, resolved, firing)
    assert (again.incident_count, list(again.incidents), list(again.incident_at)) == (2, ["f1"], ["f1"])
    over = _fold(firing, resolved)
    assert (len(over.incidents), len(over.incident_at)) == (0, 0)


def test_a_cycle_goes_through_its_phases_in_order() -> None:
    steps = (
        (START, "observing"),
        (example(ev.Observed), "analysing"),
        (example(ev.Analysed), "proposing"),
        (PROPOSED, "validating"),
        (example(ev.Validated), "canary"),
        (CANARY, "canary"),
        (_look("undecided"), "canary"),
        (example(ev.Decided), "applying"),
        (example(ev.Applied), "measuring"),
        (example(ev.Measured), "learning"),
        (ENDED, "idle"),
    )
    for count, (_, phase) in enumerate(steps, 1):
        assert _fold(*(payload for payload, _ in steps[:count])).phase == phase
    state = _fold(*(payload for payload, _ in steps))
    assert (state.outcomes, state.last_outcome, state.last_reason) == ({"promoted": 1}, "promoted", "done")
    assert (state.cycles, state.last_scheduled_at, state.last_ended_at) == (1, 1000.0, 1100.0)


def test_what_each_step_found_stays_until_the_cycle_ends() -> None:
    state = _fold(START, example(ev.Observed), example(ev.Analysed), PROPOSED, example(ev.Validated))
    cycle = state.cycle
    assert cycle is not None
    assert (cycle.number, cycle.trigger, cycle.started_at, cycle.phase_since) == (1, "schedule", 1000.0, 1040.0)
    assert cycle.observations[0].kpi == "sales"
    assert cycle.findings == ("sales is 0.5",)
    assert (cycle.changes[0].new, cycle.predicted[0].effect, cycle.rationale) == (0.75, 0.1, "why not")
    assert cycle.golden == example(ev.Validated)


def test_only_scheduled_cycles_count_for_the_schedule() -> None:
    assert _fold(ev.CycleStarted(cycle=1, trigger="operator")).last_scheduled_at is None


def test_failed_cases_do_not_lead_to_a_canary() -> None:
    failed = ev.Validated(cycle=1, passed=False, cases=3, seconds=0.1, failures=("x",))
    assert _fold(START, failed).phase == "validating"


def test_a_look_renews_the_lease_and_is_remembered() -> None:
    state = _fold(START, CANARY, _look("undecided", 1, LOOKED), _look("undecided", 2))
    assert state.cycle is not None
    canary = state.cycle.canary
    assert canary is not None
    assert (canary.looks, canary.last_look_at, canary.expires_at) == (2, 1030.0, 1600.0)
    assert canary.kpis == state.last_kpis == (LOOKED,)  # a look that saw nothing forgets nothing
    assert canary.running


def test_blindness_counts_from_the_last_look_that_saw() -> None:
    def since(*looks: str) -> float | None:
        state = _fold(START, CANARY, *(_look(verdict) for verdict in looks))
        assert state.cycle is not None
        assert state.cycle.canary is not None
        return state.cycle.canary.blind_since

    assert since("blind") == 1010.0  # the start
    assert since("undecided", "blind", "blind") == 1020.0
    assert since("blind", "undecided") is None


def _windows(*found: Payload, now: float = 2000.0) -> list[tuple[float, float]]:
    state = _fold(START, CANARY, *found)
    assert state.cycle is not None
    assert state.cycle.canary is not None
    return [(window.start, window.end) for window in state.cycle.canary.windows(now)]


def test_a_canary_is_exposed_while_its_lease_holds_and_it_is_not_paused() -> None:
    assert _windows(now=1100.0) == [(1010.0, 1100.0)]
    assert _windows(now=9999.0) == [(1010.0, 1500.0)]
    assert _windows(PAUSED) == [(1010.0, 1020.0)]
    assert _windows(PAUSED, RESUMED, now=1100.0) == [(1010.0, 1020.0), (1030.0, 1100.0)]
    assert _windows(LAPSED) == [(1010.0, 1015.0)]
    assert _windows(LAPSED, RESUMED, PAUSED) == [(1010.0, 1015.0), (1030.0, 1040.0)]


@pytest.mark.parametrize("pause", [PAUSED, LAPSED])
def test_a_standing_canary_holds_no_lease_and_a_resumed_one_does(pause: Payload) -> None:
    state = _fold(START, CANARY, pause)
    assert state.cycle is not None
    standing = state.cycle.canary
    assert standing is not None
    assert (standing.running, standing.expires_at) == (False, None)
    assert standing.paused_at is not None
    assert standing.lapsed is (pause is LAPSED)
    state = _fold(START, CANARY, pause, RESUMED)
    assert state.cycle is not None
    again = state.cycle.canary
    assert again is not None
    assert (again.running, again.expires_at, again.paused_at, again.lapsed) == (True, 1700.0, None, False)


STEPPED = example(ev.CanaryStepped)
AWAITING = example(ev.CanaryAwaiting)


def _canary(*found: Payload) -> CanaryState:
    state = _fold(START, *found)
    assert state.cycle is not None
    assert state.cycle.canary is not None
    return state.cycle.canary


def test_a_larger_share_begins_a_new_stretch_of_exposure() -> None:
    begun = CANARY.model_copy(update={"weights": {"canary": 0.05}, "ladder": (0.05, 0.1)})
    assert _canary(begun).steps == ((1010.0, 0.05),)
    grown = _canary(begun, STEPPED)
    assert grown.steps == ((1010.0, 0.05), (1020.0, 0.1))
    assert (grown.version, grown.ladder, grown.running) == ("v1b", (0.05, 0.1), True)
    assert grown.windows(1100.0) == (Window(1010.0, 1020.0), Window(1020.0, 1100.0))
    assert _canary(CANARY).steps == ()  # a journal that did not say so yet
    assert _canary(begun, PAUSED, STEPPED).steps == ((1010.0, 0.05),)  # a canary that stands still does not grow


def test_a_canary_that_waits_for_a_word_is_exposed_no_more() -> None:
    found = _canary(CANARY, AWAITING)
    assert (found.awaiting_until, found.verdict, found.reasons) == (1800.0, "inconclusive", ("nothing",))
    assert (found.running, found.expires_at, found.paused_at) == (False, None, None)
    assert found.windows(9999.0) == (Window(1010.0, 1020.0),)
    assert _canary(CANARY, AWAITING, example(ev.Decided)).awaiting_until is None


def test_blind_time_adds_up_over_its_stretches() -> None:
    def blind(*found: Payload | str, now: float = 2000.0) -> float:
        return _canary(CANARY, *(_look(x) if isinstance(x, str) else x for x in found)).blind_for(now)

    assert blind("undecided") == 0.0
    assert blind("blind", now=1025.0) == 15.0  # since the start, still open
    assert blind("blind", "undecided") == 20.0
    assert blind("blind", "undecided", "blind", "blind", "undecided") == 20.0 + 30.0
    assert blind("blind", PAUSED) == 20.0  # time held is not blind
    assert blind("blind", LAPSED) == 5.0  # no longer than the lease
    assert blind("blind", PAUSED, RESUMED, "undecided", "blind", now=1070.0) == 20.0 + 20.0


def test_an_order_waits_until_an_event_answers_it_by_its_number() -> None:
    order = example(ev.CanaryRejected)
    (waiting,) = _fold(START, CANARY, order).orders
    assert (waiting.seq, waiting.at, waiting.actor, waiting.payload) == (3, 1020.0, "autopilot", order)
    decided = example(ev.Decided)
    for answer, left in (
        (decided, 1),
        (decided.model_copy(update={"request": 3}), 0),
        (decided.model_copy(update={"request": 4}), 1),
        (ENDED.model_copy(update={"request": 3}), 0),
        (ENDED, 1),
        (example(ev.CanaryOrderRefused).model_copy(update={"request": 3}), 0),
    ):
        assert len(_fold(START, CANARY, order, answer).orders) == left


def test_exposures_outlive_their_cycle_and_are_kept_once() -> None:
    state = _fold(START, CANARY, PAUSED, RESUMED, example(ev.Decided), example(ev.Applied), ENDED)
    assert state.exposures == (Window(1010.0, 1020.0), Window(1030.0, 1040.0))


def test_a_cycle_that_breaks_off_in_its_canary_leaves_its_exposure_too() -> None:
    assert _fold(START, CANARY, ENDED).exposures == (Window(1010.0, 1020.0),)


MEASURED = example(ev.Measured)
TWO = ev.Proposed(
    cycle=1,
    changes=(ev.Moved(parameter="heat", old=0.6, new=0.8), ev.Moved(parameter="top", old=12, new=14)),
    predicted=(),
    rationale="",
)


@pytest.mark.parametrize("outcome", ["promoted", "reverted"])
def test_a_measured_canary_is_a_trial_with_all_values_before_and_in_it(
    outcome: Literal["promoted", "reverted"],
) -> None:
    values: Values = {"heat": 0.75 if outcome == "promoted" else 0.6, "top": 12}
    applied = ev.Applied(cycle=1, outcome=outcome, values=values, version="v")
    (trial,) = _fold(example(ev.Adopted), START, PROPOSED, applied, MEASURED).trials
    assert (trial.base, trial.tried) == ({"heat": 0.6, "top": 12}, {"heat": 0.75, "top": 12})
    assert (trial.effects, trial.outcome, trial.at) == ({"sales": Effect(0.08, 0.01)}, outcome, 1040.0)
    assert trial.predicted["sales"].effect == 0.1


def test_a_trial_of_several_moves_holds_them_together() -> None:
    (trial,) = _fold(example(ev.Adopted), START, TWO, MEASURED).trials
    assert (trial.base, trial.tried) == ({"heat": 0.6, "top": 12}, {"heat": 0.8, "top": 14})
    assert trial.predicted == {}


def test_what_was_measured_of_nothing_is_no_trial() -> None:
    assert _fold(START, PROPOSED, ev.Measured(cycle=1, impacts=())).trials == ()
    assert _fold(MEASURED).trials == ()


def test_memory_is_bounded() -> None:
    cycle = (START, PROPOSED, CANARY, example(ev.Measured), ENDED)
    state = _fold(*(cycle * (KEPT_TRIALS + 1)))
    assert (len(state.trials), len(state.exposures)) == (KEPT_TRIALS, KEPT_EXPOSURES)
    assert state.trials[-1].at == state.last_at - 10
    assert state.outcomes == {"promoted": KEPT_TRIALS + 1}


def test_a_proposal_from_before_its_chance_and_true_interval_were_recorded_still_folds() -> None:
    old = PROPOSED.model_dump(exclude={"chance": True, "predicted": {"__all__": {"true_low", "true_high"}}})
    state = _fold(START, ev.Proposed.model_validate(old), MEASURED)
    assert math.isnan(state.trials[0].predicted["sales"].true_low)
    assert (state.trials[0].predicted["sales"].low, state.trials[0].predicted["sales"].high) == (0.0, 0.2)
