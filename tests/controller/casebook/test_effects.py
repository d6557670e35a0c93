"""Failures that the canary's own numbers tell."""

from __future__ import annotations

import math
from typing import Any

import pytest

from controller.casebook.category import Category, Failure
from controller.casebook.effects import worth
from controller.casebook.failure import analyse
from controller.casebook.words import Terms
from tests.controller.casebook.past import PLANNED, PRIMARY, RAIL, STEADY, TERMS, Past, kpi


def failed(past: Past) -> Failure:
    found = analyse(past.record(), TERMS)
    assert found is not None
    return found


def test_harm_names_the_metric_the_numbers_and_when(past: Past) -> None:
    found = failed(past.propose().harmed(20, rail=0.11))
    assert (found.category, found.kpi, found.points) == (Category.HARM, RAIL, 80)
    assert (found.estimate, found.low, found.high, found.boundary) == pytest.approx((0.11, 0.07, 0.15, 0.048))
    assert found.at - past.record().origin == 1200
    assert "got worse by 11 pp, between +7 and +15 pp after 80 points; 4.8 pp of harm was proof enough" in found.why
    assert found.next.startswith(
        "Keep temperature at 0.6; if harm grows with the step, half of it (temperature 0.675) "
    )
    assert found.next.endswith("would still cost about 5.5 pp")


def test_of_several_harmed_metrics_the_one_farthest_beyond_its_boundary_decided(past: Past) -> None:
    past.propose().start().look(
        10,
        kpi(PRIMARY, -0.05, 0.03, 40, verdict="rollback"),
        kpi(RAIL, 0.09, 0.03, 40, verdict="rollback"),
        verdict="rollback",
    )
    found = failed(past.end("rollback", "both"))
    assert (found.kpi, f"also harmed: {PRIMARY}" in found.why) == (RAIL, True)


def test_harm_on_a_rare_count_has_odds_instead_of_a_boundary(past: Past) -> None:
    bad = kpi(RAIL, 0.02, 0.01, 40, verdict="rollback", harm_needed=math.nan, rule="bets")
    past.propose().start().look(10, kpi(PRIMARY, 0.0, 0.03, 40), bad, verdict="rollback")
    found = failed(past.end("rollback", "odds"))
    assert (found.category, found.kpi, "proof" in found.why) == (Category.HARM, RAIL, False)


def test_no_effect_when_the_interval_excludes_the_predicted_one(past: Past) -> None:
    found = failed(past.propose(effect=0.02).fruitless(0.001, 0.012))
    assert (found.category, found.kpi, found.boundary, found.points) == (Category.NO_EFFECT, PRIMARY, 0.02, PLANNED)
    assert "shows no effect of 2 pp" in found.why
    assert "estimate +0.1 pp, between -1.1 and +1.3 pp after 240 points" in found.why


def test_no_effect_also_when_it_was_noisy_but_the_interval_is_tight_all_the_same(past: Past) -> None:
    assert failed(past.propose(effect=0.02).fruitless(0.001, 0.012, noise=2.0)).category is Category.NO_EFFECT


def test_futility_with_an_interval_that_excludes_the_effect_is_no_effect(past: Past) -> None:
    found = failed(
        past.propose(effect=0.02).fruitless(-0.03, 0.04, "futile: the chance to still prove a benefit is 2%")
    )
    assert found.category is Category.NO_EFFECT
    assert "or the other direction" in found.next


@pytest.mark.parametrize(("effect", "half"), [(0.008, 0.03), (0.001, 0.021), (0.012, 0.0125)])
def test_noise_when_the_interval_holds_both_nothing_and_the_effect(past: Past, effect: float, half: float) -> None:
    found = failed(past.propose(effect=0.02).fruitless(effect, half, noise=1.0))
    assert (found.category, found.kpi, found.boundary) == (Category.NOISE, PRIMARY, 0.02)
    assert "could not tell an effect of 2 pp from none" in found.why


def test_noise_beyond_the_historys_is_named(past: Past) -> None:
    found = failed(past.propose(effect=0.02).fruitless(0.008, 0.03, noise=2.1))
    assert "2.1 times as noisy as its history" in found.why
    assert "first find out what made it 2.1 times as noisy" in found.next
    assert "noisy" not in failed(past.propose(effect=0.02).fruitless(0.008, 0.03, noise=1.4)).why


def test_without_a_prediction_the_detectable_effect_is_worth_having(past: Past) -> None:
    assert failed(past.propose(effect=None).fruitless(0.001, 0.009)).category is Category.NO_EFFECT
    assert failed(past.propose(effect=None).fruitless(0.001, 0.012)).category is Category.NOISE
    assert worth(past.record(), PRIMARY, TERMS) == 0.012


def test_of_a_change_that_was_not_believed_to_help_the_best_that_was_possible_is_worth_having(past: Past) -> None:
    assert worth(past.propose(effect=-0.01).start().record(), PRIMARY, TERMS) == 0.098
    assert math.isnan(worth(past.record(), "unknown", TERMS))


def test_a_guardrail_that_was_never_cleared_decided_when_the_primary_kpi_got_better(past: Past) -> None:
    past.propose().start().look(
        60,
        kpi(PRIMARY, 0.03, 0.02, PLANNED, verdict="proceed"),
        kpi(RAIL, 0.02, 0.04, PLANNED, verdict="undecided"),
        kpi(STEADY, 0.0, 0.11, PLANNED, verdict="undecided"),
        verdict="inconclusive",
    )
    found = failed(past.end("inconclusive", "the planned end is reached"))
    assert (found.category, found.kpi, found.boundary) == (Category.NOISE, STEADY, 0.1)  # 2.2 margins wide; RAIL 1.6
    assert f"{PRIMARY} got better, but on {STEADY} harm beyond 10 pp was never ruled out" in found.why


def test_a_margin_of_zero_is_never_cleared(past: Past) -> None:
    past.propose().start().look(
        60,
        kpi(PRIMARY, 0.03, 0.02, PLANNED, verdict="proceed"),
        kpi(RAIL, 0.0, 0.01, PLANNED, verdict="undecided", allowed=0.0),
        verdict="inconclusive",
    )
    assert failed(past.end("inconclusive", "the planned end is reached")).kpi == RAIL


def test_a_journal_of_an_earlier_version_is_analysed_by_what_it_has(past: Past) -> None:
    nan = math.nan
    old: dict[str, Any] = {
        "low": nan,
        "high": nan,
        "allowed": nan,
        "benefit_needed": nan,
        "detectable": nan,
        "fraction": nan,
        "noise": nan,
    }
    found = failed(past.propose(effect=0.02).fruitless(0.008, 0.03, **old))
    assert found.category is Category.NOISE
    assert found.next.startswith("A canary of about 2.5 h would have told 2 pp")  # (0.03 / 0.02)^2 hours


def test_a_kpi_that_is_not_configured_any_more_is_still_told(past: Past) -> None:
    past.propose(effect=None).fruitless(0.001, 0.009)
    found = analyse(past.record(), Terms({}, 15.0))
    assert found is not None
    assert (found.category, found.kpi) == (Category.NO_EFFECT, PRIMARY)
