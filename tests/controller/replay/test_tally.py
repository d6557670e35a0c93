"""Errors are counted among what could be judged; other tools' promotions claim no benefit."""

from __future__ import annotations

import math

from controller.decide.case import Outcome
from controller.model import Verdict
from controller.replay.run import Replayed
from controller.replay.tally import agreement, tally

P, R, N, B, U = Verdict.PROCEED, Verdict.ROLLBACK, Verdict.INCONCLUSIVE, Verdict.BLIND, Verdict.UNDECIDED


def _answers(policy: str, *verdicts: Verdict) -> list[Replayed]:
    decided = {P: 30, R: 9, N: 49, B: None, U: None}
    return [Replayed(policy, 0.0, Outcome("c", one, decided[one], ("why",), ()), None, "") for one in verdicts]


def test_blind_canaries_are_no_trials() -> None:
    found = tally("ours", _answers("ours", P, R, N, N, U, B, B), seeks_benefit=True)
    assert (found.alarms.count, found.alarms.of) == (1, 5)
    assert (found.promotions.count, found.wrong.count, found.wrong.rate) == (1, 2, 0.4)
    assert found.verdicts == {P: 1, R: 1, N: 2, B: 2, U: 1}
    assert found.points == (31 + 50) / 2


def test_promotions_of_a_tool_that_promotes_unless_it_sees_harm_are_not_wrong() -> None:
    found = tally("flagger", _answers("flagger", P, P, R), seeks_benefit=False)
    assert (found.promotions.count, found.wrong.count) == (2, 1)


def test_nothing_judged_has_no_rate() -> None:
    found = tally("ours", _answers("ours", B), seeks_benefit=True)
    assert math.isnan(found.wrong.rate)
    assert math.isnan(found.wrong.interval[0])
    assert found.points is None


def test_two_policies_agree_on_what_both_could_judge() -> None:
    found = agreement(_answers("a", P, R, N, N, B, N), _answers("b", P, R, P, R, P, P))
    assert (found.first, found.second) == ("a", "b")
    assert (found.same.count, found.same.of, found.alarm.count) == (2, 5, 4)
    assert found.differing == ((N, P, 2), (N, R, 1))
