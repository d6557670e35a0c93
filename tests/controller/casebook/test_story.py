"""The story of one canary."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from controller.casebook.story import Story, ending, tell
from controller.journal import event as ev
from tests.controller.casebook.past import PRIMARY, RAIL, TERMS, Past, kpi

SCREEN = 24


def story(past: Past) -> Story:
    return tell(past.record(), TERMS)


def test_a_promotion_is_told_from_the_proposal_to_what_it_means(past: Past) -> None:
    found = story(past.propose(forced=True, effect=None).promoted())
    assert found.headline == "Canary cycle-1: promoted"
    assert found.failure is None
    assert [told.label for told in found.before] == ["tried", "checked", "could detect"]
    assert "ann asked for it: the team suggests it" in found.before[0].text
    assert found.before[2].text == f"{PRIMARY} 1.2 pp, {RAIL} 2 pp in 240 points (1 h)"
    texts = [told.text for told in found.after]
    assert (found.after[0].seconds, texts[0]) == (1800, "ended: promoted")
    assert texts[1] == f"{PRIMARY} +3.4 pp, between +0.9 and +5.9 pp after 120 points; 2.5 pp is proof of a benefit"
    assert texts[2].startswith("the change helped and harmed no guardrail")


@pytest.mark.parametrize(
    ("golden", "said"),
    [
        ({"cases": 1}, "1 golden case passed"),
        ({"cases": 0}, "nothing: no golden cases are configured"),
        ({"cases": 0, "bypassed": "by ann: sale"}, "nothing: the golden cases were bypassed by ann: sale"),
    ],
)
def test_what_let_a_change_pass_is_told(past: Past, golden: dict[str, Any], said: str) -> None:
    record = past.propose().promoted().record()
    assert record.golden is not None
    told = tell(replace(record, golden=record.golden.model_copy(update=golden)), TERMS)
    assert [one.text for one in told.before if one.label == "checked"] == [said]


def test_a_failure_is_told_with_what_decided_and_what_to_do(past: Past) -> None:
    found = story(past.propose().harmed())
    assert found.headline == f"Canary cycle-1: rolled back (harm on {RAIL})"
    assert [told.label for told in found.after] == ["ended", "harm", "next"]
    assert found.failure is not None
    assert found.after[1].text == found.failure.why
    assert found.before[1].text == f"{PRIMARY} +2 pp, between -5.8 and +9.8 pp"


def test_a_rationale_does_not_say_the_change_twice_and_a_history_that_never_moved_shows_any_change(past: Past) -> None:
    past.propose(12, 14, parameter="top_k")
    past.start(detectable={PRIMARY: 0.012, RAIL: 0.0})
    record = past.record()
    told = tell(replace(record, rationale="top_k 12 -> 14: the most promising of 8 moves"), TERMS)
    assert told.before[0].text == "top_k 12 -> 14, because the most promising of 8 moves"
    assert told.before[-1].text.startswith(f"{PRIMARY} 1.2 pp, {RAIL} any change in 240 points")


def test_the_course_is_in_order_and_the_story_fits_a_screen(past: Past) -> None:
    past.propose().start()
    for minute in range(1, 50, 3):
        past.pause(minute, alert="Flapping").resume(minute + 1, alert="Flapping")
        past.look(minute + 2, kpi(PRIMARY, -0.03, 0.05, 99, noise=2.0), *(kpi(RAIL, 0.05, 0.05, 99) for _ in range(3)))
    found = story(past.end("inconclusive", "x"))
    seconds = [told.seconds for told in found.course]
    assert seconds == sorted(seconds, key=lambda at: at or 0)
    assert len(found.before) + len(found.course) + len(found.after) <= SCREEN


def test_an_approval_says_that_the_evidence_did_not_decide(past: Past) -> None:
    past.propose().start().look(5, kpi(PRIMARY, 0.0, 0.05, 20))
    order = past.add(ev.CanaryApproved(canary="cycle-1", reason="the campaign needs it"), "ann")
    found = story(past.end("proceed", "approved by ann: the campaign needs it", request=order))
    assert found.failure is None
    assert ("decided by", "ann, not by the evidence: the campaign needs it") in [(t.label, t.text) for t in found.after]


def test_what_was_measured_is_held_against_what_was_predicted(past: Past) -> None:
    past.propose().start().look(5, kpi(PRIMARY, 0.03, 0.02, 20, verdict="proceed"))
    past.add(ev.Decided(cycle=1, verdict="proceed", reasons=("helps",)))
    impact: dict[str, Any] = {"kpi": PRIMARY, "standard_error": 0.01, "before": None, "after": None}
    known = ev.Impact(predicted=0.02, measured=0.03, error_ratio=1 / 3, **impact)
    unknown = ev.Impact(predicted=None, measured=0.03, error_ratio=None, **impact)
    inside = known.model_copy(update={"held": True})
    past.add(ev.Measured(cycle=1, impacts=(known, unknown, inside, known.model_copy(update={"held": False}))))
    texts = [told.text for told in story(past.close("promoted", "helps")).after if told.label == "measured"]
    said = f"{PRIMARY} +3 pp against +2 pp predicted (error 33%)"
    assert texts == [
        said,
        f"{said}, inside the interval that was predicted",
        f"{said}, OUTSIDE the interval that was predicted",
    ]


def test_a_running_canary_says_what_is_still_to_cross(past: Past) -> None:
    found = story(past.propose().start().look(5, kpi(PRIMARY, 0.01, 0.05, 20)))
    assert (found.headline, found.failure) == ("Canary cycle-1: running", None)
    assert found.after[0].label == "so far"
    assert "5 pp is proof of a benefit; 6 pp of harm is proof for a rollback" in found.after[0].text


@pytest.mark.parametrize("name", ["validate", "start"])
def test_before_the_first_look_there_is_a_story_already(past: Past, name: str) -> None:
    getattr(past.propose(), name)()
    found = story(past)
    assert found.before
    assert (found.course, found.after) == ((), ())


def test_endings_in_words(past: Past) -> None:
    assert ending(past.propose().record()) == "not started yet"
    assert ending(past.start().record()) == "running"
    assert ending(past.pause(2).record()) == "standing still"
    assert ending(past.resume(3).record()) == "running"
    past.add(ev.Decided(cycle=1, verdict="rollback", reasons=("x",)))
    assert ending(past.record()) == "ending as rollback"
    assert ending(past.close("rolled_back", "x").record()) == "rolled back"
    past.propose().start().add(ev.Decided(cycle=2, verdict="proceed", reasons=("x",)))
    assert ending(past.record()) == "promoting"


def test_a_refusal_before_the_start_is_told_with_its_reason(past: Past) -> None:
    found = story(past.propose().validate("case 3: too warm").close("refused", "golden cases failed: case 3: too warm"))
    assert found.headline == "Canary cycle-1: refused (validation)"
    assert found.after[0].text == "ended: refused: golden cases failed: case 3: too warm"
    assert [told.label for told in found.before] == ["tried", "predicted"]


def test_a_canary_that_runs_says_in_one_sentence_that_there_is_nothing_to_say_yet(past: Past) -> None:
    past.propose().start().look(1, kpi(PRIMARY, math.nan, math.inf, 0), kpi(RAIL, math.nan, math.inf, 0))
    assert [told.text for told in story(past).after] == ["no points yet: the first count after the warm-up"]
    past.look(2, kpi(PRIMARY, -0.0, 0.05, 4), kpi(RAIL, math.nan, math.inf, 0))
    first, second = (told.text for told in story(past).after)
    assert first.startswith(f"{PRIMARY} +0 pp, between -5 and +5 pp after 4 points")
    assert second == f"{RAIL}: no points yet"
