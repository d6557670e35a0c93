"""Counted answers: shares with their errors, minutes of decisions."""

from __future__ import annotations

import math

import pytest

from benchmarks.canary.tally import Share, Tally, minute
from controller.model import Verdict

TALLY = Tally(
    "rho 0",
    "ours",
    {
        (Verdict.PROCEED, 19): 2,
        (Verdict.ROLLBACK, 39): 1,
        (Verdict.INCONCLUSIVE, 239): 16,
        (Verdict.UNDECIDED, None): 1,
    },
    0.05,
)


def test_a_point_is_had_at_its_end() -> None:
    assert [minute(0), minute(19), minute(239)] == [0.25, 5.0, 60.0]


def test_shares_count_verdicts() -> None:
    assert TALLY.runs == 20
    assert TALLY.share(Verdict.PROCEED, Verdict.ROLLBACK) == Share(3, 20)
    assert TALLY.share(Verdict.BLIND).rate == 0.0
    assert TALLY.milliseconds == pytest.approx(2.5)


def test_minutes_are_those_of_the_verdicts_asked_for() -> None:
    assert TALLY.minutes(Verdict.PROCEED, Verdict.ROLLBACK).tolist() == [5.0, 5.0, 10.0]
    assert TALLY.median_minute(Verdict.PROCEED, Verdict.ROLLBACK) == 5.0
    assert TALLY.minutes(Verdict.UNDECIDED).size == 0
    assert math.isnan(TALLY.median_minute(Verdict.BLIND))


def test_a_share_knows_its_monte_carlo_error() -> None:
    share = Share(100, 2000)
    assert share.error == pytest.approx(0.00487, abs=1e-5)
    assert share.interval == pytest.approx((0.0413, 0.0605), abs=1e-4)


def test_nothing_of_many_still_has_an_upper_end() -> None:
    assert Share(0, 400).interval == pytest.approx((0.0, 0.0095), abs=1e-4)
    assert Share(400, 400).interval == pytest.approx((0.9905, 1.0), abs=1e-4)
    assert math.isnan(Share(0, 0).rate)
