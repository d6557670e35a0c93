"""What the journal knows of each parameter's bounds."""

from __future__ import annotations

import math
from typing import Any

import pytest

from controller.decide.bounds.bound import Bounds
from controller.decide.learner.accuracy import Z95, unexplained
from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.fold_bounds import KEPT_TRIALS
from controller.journal.state import State
from controller.journal.state_bounds import BoundsRecord, Trial
from tests.controller.journal.events import events, example

BEGIN = ev.Adopted(values={"heat": 0.6, "top": 12, "mode": "calm"}, version="v0", source="defaults")
FIRING = example(ev.AlertFiring)


def changes(**moves: tuple[float, float]) -> tuple[ev.Moved, ...]:
    return tuple(ev.Moved(parameter=name, old=old, new=new) for name, (old, new) in moves.items())


def impact(predicted: float | None, measured: float = 0.05, error: float = 0.01, kpi: str = "sales") -> ev.Impact:
    """Return an impact whose whole error, 0.9, is told apart from what is beyond noise."""
    return ev.Impact(
        kpi=kpi,
        predicted=predicted,
        measured=measured,
        standard_error=error,
        error_ratio=None if predicted is None else 0.9,
        before=None,
        after=None,
    )


def cycle(
    outcome: str, number: int = 1, impacts: tuple[ev.Impact, ...] = (), **moves: tuple[float, float]
) -> list[Any]:
    """Return the events of a cycle, as far as bounds depend on them."""
    values: dict[str, Any] = {"heat": 0.6, "top": 12, "mode": "calm"}
    after = {**values, **{name: new for name, (_, new) in moves.items()}} if outcome == "promoted" else values
    applied: Any = "promoted" if outcome == "promoted" else "reverted"
    return [
        ev.CycleStarted(cycle=number, trigger="operator"),
        ev.Proposed(cycle=number, changes=changes(**moves), predicted=(), rationale=""),
        ev.Applied(cycle=number, outcome=applied, values=after, version="v"),
        ev.Measured(cycle=number, impacts=impacts),
        ev.CycleEnded(cycle=number, outcome=outcome, reason=""),
    ]


def record(*found: Any, name: str = "heat") -> BoundsRecord:
    return fold(State(), events(BEGIN, *found)).bounds.get(name, BoundsRecord())


def adjusted(kind: ev.BoundsKind, low: float = 0.4, high: float = 0.8, floor: float = 0.1) -> ev.BoundsAdjusted:
    return ev.BoundsAdjusted(
        parameter="heat", adjustment=kind, low=low, high=high, old_low=0.1, old_high=2.0, reason="", floor=floor
    )


def test_a_rolled_back_canary_counts_for_every_parameter_that_it_moved_and_no_other() -> None:
    found = cycle("rolled_back", heat=(0.6, 0.9), top=(12, 15))
    assert record(*found).rollbacks == record(*found, name="top").rollbacks == 1
    assert record(*found).since == 1050.0
    assert record(*found, name="mode") == BoundsRecord()


@pytest.mark.parametrize("outcome", ["held", "refused", "aborted", "failed", "blind"])
def test_a_cycle_without_a_judgement_says_nothing_of_bounds(outcome: str) -> None:
    assert record(*cycle(outcome, heat=(0.6, 0.9))) == BoundsRecord()


def test_promotions_are_moves_and_the_last_canaries_are_kept_with_their_errors() -> None:
    found = record(*cycle("promoted", impacts=(impact(0.1),), heat=(0.6, 0.75)))
    assert [(move.old, move.new) for move in found.moves] == [(0.6, 0.75)]
    assert found.trials == (Trial(1050.0, "promoted", unexplained(0.1, 0.05, 0.01)),)
    assert found.trials[0].error == pytest.approx((0.05 - Z95 * 0.01) / 0.1), "and not 0.9, the whole one"
    assert (found.rollbacks, found.since) == (0, 0.0)
    many = [event for n in range(1, 30) for event in cycle("inconclusive", n, heat=(0.6, 0.9))]
    assert len(record(*many).trials) == KEPT_TRIALS


@pytest.mark.parametrize(
    ("impacts", "error"),
    [
        ((), None),
        ((impact(None),), None),
        ((impact(0.1, 0.085),), 0.0),
        ((impact(0.1, 0.085), impact(0.1, -0.1, kpi="latency")), 0.0),
        ((impact(0.1, 0.05, math.nan),), 0.5),
        ((impact(math.nan), impact(0.1, math.nan)), None),
    ],
    ids=["nothing measured", "forced", "within noise", "the primary comes first", "noise unknown", "no numbers"],
)
def test_the_error_of_a_trial_is_the_first_prediction_s_beyond_noise(
    impacts: tuple[ev.Impact, ...], error: float | None
) -> None:
    (found,) = record(*cycle("promoted", impacts=impacts, heat=(0.6, 0.75))).trials
    assert found.error == error


def test_an_operator_s_rollback_counts_as_one_for_what_moved_back() -> None:
    back = ev.RolledBack(version="v0", values={"heat": 0.5, "top": 12, "mode": "wild"}, reason="bad")
    assert record(back).rollbacks == 1
    assert record(back, name="top") == record(back, name="mode") == BoundsRecord()


def test_an_incident_ends_the_stability_of_every_numeric_parameter_when_it_begins_and_when_it_ends() -> None:
    assert record(FIRING).since == record(FIRING, name="top").since == 1010.0
    assert record(FIRING, FIRING).since == 1010.0  # Alertmanager repeats itself
    assert record(FIRING, name="mode") == BoundsRecord()
    assert record(FIRING, example(ev.AlertResolved)).since == 1020.0
    assert record(example(ev.AlertResolved)) == BoundsRecord()


def test_contractions_count_in_a_row_and_an_expansion_ends_the_row() -> None:
    rolled = [event for n in (1, 2) for event in cycle("rolled_back", n, heat=(0.6, 0.9))]
    once = record(*rolled, adjusted("contracted"))
    assert (once.bounds, once.floor) == (Bounds(0.4, 0.8), 0.1)
    assert (once.rollbacks, once.contractions, once.since, once.adjusted_at) == (0, 1, 1110.0, 1110.0)
    twice = record(*rolled, adjusted("contracted"), adjusted("contracted", 0.5, 0.7))
    assert twice.contractions == 2
    wider = record(*rolled, adjusted("contracted"), adjusted("expanded"), adjusted("reset"))
    assert (wider.contractions, wider.since, wider.adjusted_at) == (0, 1110.0, 1120.0)
    assert wider.adjustments == {"contracted": 1, "expanded": 1, "reset": 1}


def test_at_the_floor_rollbacks_are_not_saved_up() -> None:
    rolled = [event for n in range(1, 9) for event in cycle("rolled_back", n, heat=(0.6, 0.9))]
    assert record(adjusted("contracted", 0.55, 0.65), *rolled).rollbacks == 0
    assert record(adjusted("contracted", 0.5, 0.7), *rolled).rollbacks == 8


def test_an_override_stands_until_it_is_said_to_be_over() -> None:
    ask = ev.BoundsOverrideRequested(parameter="heat", low=0.5, high=0.7, until=1025.0, reason="release")
    found = record(ask).override
    assert found is not None
    assert (found.bounds, found.at, found.actor, found.known) == (Bounds(0.5, 0.7), 1010.0, "autopilot", False)
    assert found.in_force(1024.0)
    assert not found.in_force(1025.0)
    said = record(ask, adjusted("overridden", 0.5, 0.7)).override
    assert said is not None
    assert said.known
    cleared = record(ask, ev.BoundsOverrideCleared(parameter="heat", reason="over")).override
    assert cleared is not None
    assert cleared.end(1020.0) == "cleared by autopilot: over"
    assert record(ask, adjusted("restored")).override is None
    assert record(ask, adjusted("restored")).bounds is None


def test_bounds_that_are_none_change_nothing() -> None:
    nan = float("nan")
    assert record(ev.BoundsOverrideRequested(parameter="heat", low=nan, high=1, until=9e9, reason="")).override is None
    assert record(ev.BoundsOverrideRequested(parameter="heat", low=2, high=1, until=9e9, reason="")).override is None
    assert record(adjusted("reset", 2.0, 1.0)).bounds is None
    assert record(ev.BoundsOverrideCleared(parameter="heat", reason="")) == BoundsRecord()
