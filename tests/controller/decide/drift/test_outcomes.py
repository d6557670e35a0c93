"""Rollbacks and failures: one among seven says nothing, three in a row do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from controller.decide.drift.outcomes import Ended, failures, least_rollbacks, rate, rollbacks
from controller.decide.drift.policy import FailurePolicy, RollbackPolicy
from controller.decide.drift.reading import Health, Reading
from exporter.seconds import DAY

POLICY = RollbackPolicy()
NOW = 100 * DAY


def days(*outcomes: str) -> list[Ended]:
    """Return cycles a day apart, the last one now."""
    return [Ended(NOW - (len(outcomes) - 1 - place) * DAY, outcome) for place, outcome in enumerate(outcomes)]


def said(*outcomes: str, since: float = -math.inf) -> Reading:
    """Return what the share of rollbacks says."""
    return rollbacks(days(*outcomes), POLICY, since, NOW)


def test_one_rollback_among_seven_canaries_is_no_drift() -> None:
    found = said(*["promoted"] * 6, "rolled_back")
    assert (found.health, found.count) == (Health.HEALTHY, 7)
    assert found.value == pytest.approx(1 / 7)
    assert found.text == "1 of 7 canaries were rolled back over 7 d (14%), drift is 4 of 7: chance explains it"


def test_four_of_seven_are() -> None:
    found = said("rolled_back", "promoted", "rolled_back", "inconclusive", "inconclusive", "rolled_back", "rolled_back")
    assert found.health is Health.DRIFT
    assert found.value == found.threshold == pytest.approx(4 / 7)


def test_what_an_operator_or_a_refusal_ended_counts_nowhere() -> None:
    assert rate(days("aborted", "refused", "held", "rolled_back", "failed", "blind"), 7 * DAY, -math.inf, NOW) == (1, 1)
    assert said("aborted", "refused").health is Health.UNKNOWN


def test_old_rollbacks_are_a_warning_over_fourteen_days() -> None:
    found = said(*["rolled_back"] * 4, *["promoted"] * 9)
    assert found.health is Health.WARNING
    assert "over 14 d 4 of 13, clearly above the target of 5%" in found.text
    assert said(*["rolled_back"] * 3, *["promoted"] * 14).health is Health.HEALTHY


def test_what_led_to_a_pause_counts_no_more() -> None:
    outcomes = ("rolled_back",) * 3 + ("promoted",) * 2
    assert said(*outcomes).health is Health.DRIFT
    assert said(*outcomes, since=NOW - 2.5 * DAY).health is Health.HEALTHY


@given(st.integers(1, 200), st.sampled_from([0.05, 0.1, 0.3]))
def test_the_least_rollbacks_are_the_fewest_that_chance_does_not_explain(count: int, share: float) -> None:
    least = least_rollbacks(count, share, POLICY)
    assert least >= POLICY.least
    if least <= count:
        assert binom.sf(least - 1, count, share) < POLICY.chance
    if least > POLICY.least:
        assert binom.sf(least - 2, count, share) >= POLICY.chance


def row(*outcomes: str) -> Reading:
    """Return what failures in a row say."""
    return failures(days(*outcomes), FailurePolicy(), -math.inf)


def test_three_failures_in_a_row_are_drift() -> None:
    assert row("promoted", "rolled_back", "blind", "failed").health is Health.DRIFT
    assert row("rolled_back", "rolled_back").text == "2 canaries in a row failed; drift is 3"
    assert row("promoted", "rolled_back").text == "the last canary failed; drift is 3"


def test_a_canary_that_did_not_fail_ends_the_row_and_one_that_never_ran_does_not() -> None:
    assert row("rolled_back", "rolled_back", "inconclusive").value == 0
    assert row("rolled_back", "held", "rolled_back", "refused", "rolled_back", "aborted").health is Health.DRIFT
    assert row().text == "no canary has ended yet; drift is 3"
