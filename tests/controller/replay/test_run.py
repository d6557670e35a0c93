"""Every policy answers every canary; what is decided has its time and its KPI."""

from __future__ import annotations

from controller.decide.policy import Policy
from controller.model import Verdict, Window
from controller.replay.contender import contender
from controller.replay.cut import Plan, placebos
from controller.replay.run import replay
from tests.controller.replay.ground import STEP, T0, record

POLICY = Policy(planned=120, minimum_history=240)
PLAN = Plan(length=120, lead=3, history=700, every=120)


def test_a_benefit_that_nobody_knows_of_is_promoted_and_the_rest_is_not() -> None:
    found = record(1600, seed=3, better=slice(943, 1063))
    found.same[:] = True  # the journal is lost
    cuts, _ = placebos(found, Window(T0 + 700 * STEP, T0 + 1599 * STEP), PLAN)
    told: list[int] = []
    contenders = (contender("ours", POLICY), contender("flagger", POLICY))
    ours, flagger = replay(found, cuts, contenders, lambda: told.append(1))
    assert len(told) == len(cuts) == len(ours) == len(flagger) == 7
    assert [answer.outcome.verdict for answer in ours].count(Verdict.PROCEED) == 1
    better = ours[2]
    assert (better.outcome.verdict, better.kpi, better.seen) == (Verdict.PROCEED, "conversion", True)
    assert better.points is not None
    assert better.points <= 60
    assert better.at == found.times[cuts[2].points[better.points - 1]]
    assert {answer.policy for answer in flagger} == {"flagger"}


def test_a_shorter_plan_judges_the_first_points_of_the_same_canaries() -> None:
    found = record(1000, seed=4)
    cuts, _ = placebos(found, Window(T0 + 700 * STEP, T0 + 999 * STEP), PLAN)
    longer, shorter = replay(found, cuts, (contender("ours", POLICY), contender("ours:planned=50", POLICY)))
    assert all(answer.points is not None and answer.points <= 50 for answer in shorter)
    assert any(answer.points is None or answer.points > 50 for answer in longer)


def test_what_cannot_be_judged_is_blind_with_its_reason() -> None:
    found = record(400, seed=4)
    cuts, _ = placebos(found, Window(T0 + 100 * STEP, T0 + 399 * STEP), PLAN)
    ((first, *_),) = replay(found, cuts, (contender("ours", POLICY),))
    assert (first.outcome.verdict, first.seen, first.at) == (Verdict.BLIND, False, None)
    assert first.outcome.reasons[0] == "conversion: 99 points of A/A history, 240 needed"


def test_a_history_too_short_for_the_plans_noise_model_is_blind_not_a_crash() -> None:
    found = record(3000, seed=4)
    plan = Plan(length=2500, lead=3, history=64, every=2500)
    cuts, _ = placebos(found, Window(T0 + 64 * STEP, T0 + 2999 * STEP), plan)
    ((answer,),) = replay(found, cuts, (contender("ours:planned=2500,minimum_history=64", POLICY),))
    assert answer.outcome.verdict is Verdict.BLIND
    assert answer.outcome.reasons[0] == "conversion: 63 points of A/A history, 96 needed"
