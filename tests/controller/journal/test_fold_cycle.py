"""Events of a cycle: its phases in order, what each found, orders that wait, and the trials that it leaves."""

from __future__ import annotations

import math
from typing import Literal

import pytest

from controller.journal import event as ev
from controller.journal.state import Effect
from exporter.parameters import Values
from tests.controller.journal.events import example
from tests.controller.journal.steps import CANARY, ENDED, PROPOSED, START, folded, looked


def test_a_cycle_goes_through_its_phases_in_order() -> None:
    steps = (
        (START, "observing"),
        (example(ev.Observed), "analysing"),
        (example(ev.Analysed), "proposing"),
        (PROPOSED, "validating"),
        (example(ev.Validated), "canary"),
        (CANARY, "canary"),
        (looked("undecided"), "canary"),
        (example(ev.Decided), "applying"),
        (example(ev.Applied), "measuring"),
        (example(ev.Measured), "learning"),
        (ENDED, "idle"),
    )
    for count, (_, phase) in enumerate(steps, 1):
        assert folded(*(payload for payload, _ in steps[:count])).phase == phase
    state = folded(*(payload for payload, _ in steps))
    assert (state.outcomes, state.last_outcome, state.last_reason) == ({"promoted": 1}, "promoted", "done")
    assert (state.cycles, state.last_scheduled_at, state.last_ended_at) == (1, 1000.0, 1100.0)


def test_what_each_step_found_stays_until_the_cycle_ends() -> None:
    state = folded(START, example(ev.Observed), example(ev.Analysed), PROPOSED, example(ev.Validated))
    cycle = state.cycle
    assert cycle is not None
    assert (cycle.number, cycle.trigger, cycle.started_at, cycle.phase_since) == (1, "schedule", 1000.0, 1040.0)
    assert cycle.observations[0].kpi == "sales"
    assert cycle.findings == ("sales is 0.5",)
    assert (cycle.changes[0].new, cycle.predicted[0].effect, cycle.rationale) == (0.75, 0.1, "why not")
    assert cycle.golden == example(ev.Validated)


def test_only_scheduled_cycles_count_for_the_schedule() -> None:
    assert folded(ev.CycleStarted(cycle=1, trigger="operator")).last_scheduled_at is None


def test_failed_cases_do_not_lead_to_a_canary() -> None:
    failed = ev.Validated(cycle=1, passed=False, cases=3, seconds=0.1, failures=("x",))
    assert folded(START, failed).phase == "validating"


def test_an_order_waits_until_an_event_answers_it_by_its_number() -> None:
    order = example(ev.CanaryRejected)
    (waiting,) = folded(START, CANARY, order).orders
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
        assert len(folded(START, CANARY, order, answer).orders) == left


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
    (trial,) = folded(example(ev.Adopted), START, PROPOSED, applied, MEASURED).trials
    assert (trial.base, trial.tried) == ({"heat": 0.6, "top": 12}, {"heat": 0.75, "top": 12})
    assert (trial.effects, trial.outcome, trial.at) == ({"sales": Effect(0.08, 0.01)}, outcome, 1040.0)
    assert trial.predicted["sales"].effect == 0.1


def test_a_trial_of_several_moves_holds_them_together() -> None:
    (trial,) = folded(example(ev.Adopted), START, TWO, MEASURED).trials
    assert (trial.base, trial.tried) == ({"heat": 0.6, "top": 12}, {"heat": 0.8, "top": 14})
    assert trial.predicted == {}


def test_what_was_measured_of_nothing_is_no_trial() -> None:
    assert folded(START, PROPOSED, ev.Measured(cycle=1, impacts=())).trials == ()
    assert folded(MEASURED).trials == ()


def test_a_proposal_from_before_its_chance_and_true_interval_were_recorded_still_folds() -> None:
    old = PROPOSED.model_dump(exclude={"chance": True, "predicted": {"__all__": {"true_low", "true_high"}}})
    state = folded(START, ev.Proposed.model_validate(old), MEASURED)
    assert math.isnan(state.trials[0].predicted["sales"].true_low)
    assert (state.trials[0].predicted["sales"].low, state.trials[0].predicted["sales"].high) == (0.0, 0.2)
