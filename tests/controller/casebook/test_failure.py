"""Which rule comes first, and what is no failure. Every category, each from the real controller where it can be had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.casebook.category import Category, Failure
from controller.casebook.collect import records
from controller.casebook.failure import RULES, analyse
from controller.casebook.words import Terms
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, TERMS, Past, kpi
from tests.controller.world import BAD, NONE, World, worlds


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from worlds(tmp_path)


def found_in(world: World) -> Failure | None:
    """Return what is said of the world's last canary."""
    return analyse(records(world.read())[-1], Terms.of(world.config))


def failed(world: World) -> Failure:
    found = found_in(world)
    assert found is not None
    assert found.why
    assert found.next
    return found


def test_a_promotion_is_no_failure_neither_while_it_is_applied_nor_after(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    assert found_in(world) is None
    world.to_phase(autopilot, "measuring")
    assert found_in(world) is None
    assert world.to_end(autopilot).outcome == "promoted"
    assert found_in(world) is None


def test_real_harm(world: World) -> None:
    world.evidence.effects = dict(BAD)
    autopilot = world.controller()
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "rolled_back"
    assert (failed(world).category, failed(world).kpi) == (Category.HARM, "conversion")
    assert "price at 1" in failed(world).next


def test_a_real_canary_without_effect(world: World) -> None:
    world.evidence.effects = dict(NONE)
    autopilot = world.controller()
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "inconclusive"
    assert failed(world).category in (Category.NO_EFFECT, Category.NOISE)
    assert failed(world).kpi == "conversion"


def test_really_blind(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot)
    world.evidence.dark = True
    assert world.to_end(autopilot).outcome == "blind"
    assert (failed(world).category, "metrics query conversion" in failed(world).next) == (Category.DATA, True)


def test_a_real_lapse_is_data(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.now += 200
    assert world.to_end(autopilot).outcome == "blind"
    assert failed(world).category is Category.DATA
    assert "Keep a controller running" in failed(world).next


def test_really_too_little_history_is_data_and_no_lack_of_power(world: World) -> None:
    world.evidence.past = 50
    autopilot = world.controller()
    world.request()
    assert world.to_end(autopilot).outcome == "refused"
    assert (failed(world).category, failed(world).kpi) == (Category.DATA, "conversion")
    assert "until there is enough history" in failed(world).next


@pytest.mark.parametrize(("effect", "past"), [(1e-4, 200_000.0), (1e-4, 400.0), (2e-5, 400.0)])
def test_really_too_little_power_is_refused_with_what_would_do(tmp_path: Path, effect: float, past: float) -> None:
    small = {"prior": {"effect": 0.0, "sd": effect}, "low": 0.5, "high": 1.5, "default": 1.0, "step": 0.1}
    batch = {"kind": "int", "low": 1, "high": 9, "default": 5, "step": 2, "prior": {"effect": 0.0, "sd": 1e-12}}
    world = World(tmp_path, parameters={"price": small, "batch": batch})
    world.evidence.past = past
    autopilot = world.controller()
    world.request()
    end = world.to_end(autopilot)
    assert end.outcome == "refused"
    assert (failed(world).category, failed(world).kpi) == (Category.REFUSED, "conversion"), end.reason
    told = r"A canary of about \S+ \w+ would do" if past > 400 else "Try a larger step: no canary "
    assert re.match(told, failed(world).next)
    assert "`vvtvctl canary power`" in failed(world).next
    assert f"at most {failed(world).boundary:.3g} is expected" in end.reason
    assert 0.1 * effect < failed(world).boundary < 10 * effect
    world.close()


def test_really_failed_golden_cases(world: World) -> None:
    world.gate.failures = ("case 2: too dear",)
    autopilot = world.controller()
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "refused"
    assert (failed(world).category, failed(world).why) == (
        Category.VALIDATION,
        "1 of 3 golden cases failed: case 2: too dear",
    )


def test_a_real_incident_before_and_during_a_canary(world: World) -> None:
    autopilot = world.controller()
    world.fire("Down")
    world.request(price=1.2)
    assert world.to_end(autopilot).outcome == "held"
    assert failed(world).category is Category.ALERT
    world.resolve("Down")
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.fire("Down")
    world.evidence.alerts = ("Down",)
    assert world.to_end(autopilot).outcome == "inconclusive"
    assert failed(world).category is Category.ALERT
    assert "Solve Down first" in failed(world).next


def test_a_real_pause_that_took_too_long(world: World) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.submit(ev.PauseRequested(reason="lunch"))
    assert world.to_end(autopilot).outcome == "inconclusive"
    assert (failed(world).category, "lunch" in failed(world).why) == (Category.OPERATOR, True)


@pytest.mark.parametrize(
    ("order", "outcome", "said"),
    [
        (ev.CanaryRejected(canary="cycle-1", reason="ugly"), "rolled_back", "ann ordered reject: ugly"),
        (ev.CanaryAborted(canary="cycle-1", reason="wrong build"), "aborted", "ann ordered abort: wrong build"),
        (
            ev.RollbackRequested(version="v0", values={"price": 1.0, "batch": 5}, reason="bad"),
            "aborted",
            "ann ordered rollback: bad",
        ),
    ],
)
def test_a_real_order(world: World, order: ev.CanaryRejected, outcome: str, said: str) -> None:
    autopilot = world.controller()
    world.request(price=1.2)
    world.to_canary(autopilot, seconds=6)
    world.submit(order)
    assert world.to_end(autopilot).outcome == outcome
    assert failed(world).category is Category.OPERATOR
    assert failed(world).why.startswith(said)
    assert "until then look 1 said undecided" in failed(world).why


def test_a_rejection_comes_before_the_harm_that_was_seen(past: Past) -> None:
    past.propose().start().look(10, kpi(PRIMARY, -0.05, 0.03, 40))
    order = past.add(ev.CanaryRejected(canary="cycle-1", reason="ugly"), "bob")
    past.end("rollback", "rejected by bob: ugly", request=order)
    found = analyse(past.record(), TERMS)
    assert found is not None
    assert found.category is Category.OPERATOR


def test_a_canary_without_a_single_look_is_data(past: Past) -> None:
    found = analyse(past.propose().start().at(90).end("inconclusive", "too few points").record(), TERMS)
    assert found is not None
    assert (found.category, found.why) == (Category.DATA, "0 of 240 points came in: too few points")


def test_a_sample_ratio_mismatch_is_data_with_advice_of_its_own(past: Past) -> None:
    reason = f"{PRIMARY}: sample-ratio mismatch: the canary arm gets 12% of the trials, 20% in the A/A history"
    past.propose().start().look(5, verdict="blind", reasons=(reason,))
    found = analyse(past.at(25).end("blind", "nothing could be seen for 1200 s", reason).record(), TERMS)
    assert found is not None
    assert (found.category, found.kpi, "traffic shifted" in found.next) == (Category.DATA, PRIMARY, True)


def test_an_unanswered_question_is_analysed_by_its_evidence(past: Past) -> None:
    past.propose(effect=0.02).start()
    past.look(60, kpi(PRIMARY, 0.001, 0.012, 240), verdict="inconclusive")
    past.add(ev.CanaryAwaiting(cycle=1, verdict="inconclusive", reasons=("x",), deadline=past.now + 600))
    found = analyse(past.at(70).end("inconclusive", "x", "no operator approved or rejected it in time").record(), TERMS)
    assert found is not None
    assert found.category is Category.NO_EFFECT


def test_every_end_that_is_no_promotion_has_a_category(past: Past) -> None:
    for outcome in ("refused", "held", "failed", "aborted", "blind", "inconclusive", "rolled_back", "something new"):
        assert analyse(past.propose().validate().close(outcome, "x: y").record(), TERMS) is not None
        assert analyse(past.propose().start().look(5, kpi(PRIMARY, 0.0, 1.0, 20)).close(outcome, "x").record(), TERMS)
    assert len(set(RULES)) == len(RULES) == 10
