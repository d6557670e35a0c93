"""Running families through judges: how many, the same on any number of processes, failures that name their case."""

from __future__ import annotations

import pytest

from benchmarks.canary.families import find
from benchmarks.canary.run import Plan, run, total
from benchmarks.canary.seeds import SeedSet
from controller.decide.case import Case, Judge, Outcome
from controller.decide.rivals import RIVALS
from controller.model import Verdict
from tests.benchmarks.canary.simple import eager, hasty

FAMILIES = {name: find()[name] for name in ("rho 0", "rho 0.9", "20 metrics")}
PLAN = Plan(SeedSet.DEV, runs=32, rival_runs=8)


def test_every_judge_gets_its_number_of_cases() -> None:
    advanced: list[int] = []
    tallies = run(FAMILIES, {"hasty": hasty, "ours": eager}, PLAN, done=advanced.append)
    counts = {(tally.family, tally.judge): tally.runs for tally in tallies}
    assert list(counts) == [(family, judge) for family in FAMILIES for judge in ("hasty", "ours")]
    assert counts["rho 0", "ours"] == 32
    assert counts["rho 0", "hasty"] == 8
    assert counts["20 metrics", "ours"] == 8
    assert counts["20 metrics", "hasty"] == 2
    assert sum(advanced) == total(FAMILIES, {"hasty": hasty, "ours": eager}, PLAN) == 32 + 32 + 8


def test_judges_without_ours_make_no_more_cases_than_they_need() -> None:
    assert total(FAMILIES, {"hasty": hasty}, PLAN) == 8 + 8 + 2


def test_two_processes_count_the_same_as_one() -> None:
    judges: dict[str, Judge] = {"ours": eager, **RIVALS}
    alone, together = (run(find(), judges, Plan(SeedSet.DEV, 2, 1), jobs=jobs) for jobs in (1, 2))
    assert [tally.ends for tally in alone] == [tally.ends for tally in together]
    assert all(tally.seconds > 0 for tally in together)
    assert len(together) == len(find()) * len(judges)


def test_both_judges_see_the_same_cases() -> None:
    plan = Plan(SeedSet.DEV, runs=8, rival_runs=8)
    ours, theirs = run({"rho 0.9": FAMILIES["rho 0.9"]}, {"ours": eager, "eager": eager}, plan)
    assert ours.ends == theirs.ends


def test_what_was_answered_is_counted() -> None:
    (tally,) = run({"rho 0": FAMILIES["rho 0"]}, {"hasty": hasty}, PLAN)
    assert tally.ends == {(Verdict.PROCEED, 0): 8}


def test_a_judge_that_fails_is_named_with_the_case() -> None:
    def broken(_: Case) -> Outcome:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        run({"rho 0": FAMILIES["rho 0"]}, {"broken": broken}, PLAN)
    assert caught.value.__notes__ == ["judge 'broken' failed on rho 0 #0, seeds dev"]
