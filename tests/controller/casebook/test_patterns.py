"""Past canaries in a line each, and what repeats."""

from __future__ import annotations

import math

from controller.casebook.category import Category
from controller.casebook.patterns import Case, case, patterns
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi


def cases(past: Past) -> tuple[Case, ...]:
    return tuple(case(record, TERMS) for record in past.records())


def test_a_failure_is_listed_with_the_metric_that_decided_a_promotion_with_the_primary_one(past: Past) -> None:
    bad, good = cases(past.propose().harmed().propose().promoted())
    assert (bad.ending, bad.category, bad.kpi, bad.effect) == ("rolled back", Category.HARM, RAIL, 0.11)
    assert (good.ending, good.category, good.kpi, good.effect) == ("promoted", None, PRIMARY, 0.034)
    assert (round(good.low, 3), round(good.high, 3)) == (0.009, 0.059)


def test_what_was_never_seen_has_no_effect(past: Past) -> None:
    unseen, refused = cases(past.propose().start().propose().validate("no").close("refused", "golden"))
    assert (unseen.ending, unseen.category, math.isnan(unseen.effect)) == ("running", None, True)
    assert (refused.category, math.isnan(refused.effect)) == (Category.VALIDATION, True)


def test_three_of_the_same_are_a_pattern_two_are_not(past: Past) -> None:
    past.propose().harmed().propose().harmed().propose().promoted()
    assert patterns(cases(past)) == ()
    (found,) = patterns(cases(past.propose().harmed()))
    assert str(found) == f"3 of 4 raises of temperature ended as harm on {RAIL}"


def test_the_other_direction_and_other_parameters_are_counted_apart(past: Past) -> None:
    for _ in range(2):
        past.propose(0.6, 0.75).harmed()
        past.propose(0.6, 0.5).harmed()
        past.propose(12, 14, parameter="top_k").harmed()
    assert patterns(cases(past)) == ()
    (found,) = patterns(cases(past.propose(0.6, 0.5).harmed()))
    assert (found.count, found.of, found.direction, found.parameter) == (3, 3, "cut", "temperature")


def test_metrics_that_decided_are_counted_and_the_most_frequent_pattern_comes_first(past: Past) -> None:
    for _ in range(3):
        past.propose(12, 14, parameter="top_k").fruitless(0.001, 0.012)
    for rail in (0.11, 0.11, 0.11):
        past.propose().harmed(rail=rail)
    past.propose().start().look(10, kpi(PRIMARY, -0.05, 0.03, 40, verdict="rollback"), verdict="rollback")
    past.end("rollback", "x")
    first, second = patterns(cases(past))
    assert str(first) == f"4 of 4 raises of temperature ended as harm on {RAIL} (3), {PRIMARY} (1)"
    assert str(second) == f"3 of 3 raises of top_k ended as no effect on {PRIMARY}"


def test_canaries_under_way_and_several_moves_at_once_are_no_pattern(past: Past) -> None:
    for _ in range(3):
        past.cycle += 1
        past.now += 100
        past.add(ev.CycleStarted(cycle=past.cycle, trigger="operator"))
        both = (ev.Moved(parameter="a", old=1, new=2), ev.Moved(parameter="b", old=1, new=2))
        past.add(ev.Proposed(cycle=past.cycle, changes=both, predicted=(), rationale=""))
        past.validate("no").close("refused", "golden")
    past.propose().start()
    assert patterns(cases(past)) == ()


def test_choices_are_counted_by_what_was_chosen(past: Past) -> None:
    for new in ("bold", "bold", "loud", "bold"):
        past.propose("calm", new, parameter="mode").harmed()
    (found,) = patterns(cases(past))
    assert str(found) == f"3 of 3 changes of mode to bold ended as harm on {RAIL}"
