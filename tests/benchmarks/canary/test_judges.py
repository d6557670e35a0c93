"""Judges are known by what they are, and what counts as false depends on it."""

from __future__ import annotations

from benchmarks.canary.families import find
from benchmarks.canary.judges import OURS, about
from benchmarks.canary.seeds import SeedSet
from controller.decide.rivals import RIVALS
from controller.model import Verdict

FAMILIES = find()


def test_every_rival_is_described() -> None:
    assert not {name for name in (OURS, *RIVALS) if not about(name).text}


def test_a_gate_claims_nothing_by_promoting() -> None:
    gate, test = about("flagger"), about("welch")
    same = FAMILIES["rho 0"]
    assert gate.wrong(same) == {Verdict.ROLLBACK}
    assert test.wrong(same) == {Verdict.ROLLBACK, Verdict.PROCEED}
    benefit, harm = FAMILIES["rho 0.5, benefit 1 sd"], FAMILIES["Poisson counts, harm x 1.5"]
    assert (gate.seeks(benefit), gate.seeks(harm)) == (False, True)
    assert (test.seeks(benefit), test.seeks(harm)) == (True, True)


def test_gates_promote_what_does_nothing_and_the_others_do_not() -> None:
    cases = [FAMILIES["rho 0"].case(SeedSet.DEV, run) for run in range(20)]
    for name, judge in RIVALS.items():
        promoted = sum(judge(case).verdict is Verdict.PROCEED for case in cases)
        assert (promoted > 10) == about(name).gate, name
