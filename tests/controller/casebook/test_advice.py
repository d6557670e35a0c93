"""What to do after a canary that was not promoted."""

from __future__ import annotations

import math

import pytest

from controller.casebook import advice
from controller.casebook.failure import analyse
from controller.casebook.words import moves
from controller.journal import event as ev
from exporter.seconds import HOUR
from tests.controller.casebook.past import PRIMARY, TERMS, Past, kpi


def test_the_length_that_would_do_grows_with_the_square_of_the_effect_and_with_the_noise(past: Past) -> None:
    record = past.propose().start().record()
    item = kpi(PRIMARY, 0.0, 0.02, 240, detectable=0.02)
    assert advice.needed(record, TERMS, item, 0.02) == pytest.approx(HOUR)
    assert advice.needed(record, TERMS, item, 0.01) == pytest.approx(4 * HOUR)
    noisy = item.model_copy(update={"noise": 2.0})
    assert advice.needed(record, TERMS, noisy, 0.01) == pytest.approx(8 * HOUR)
    calm = item.model_copy(update={"noise": math.nan})
    assert advice.needed(record, TERMS, calm, 0.01) == pytest.approx(4 * HOUR)


def test_without_a_detectable_effect_the_half_width_stands_in(past: Past) -> None:
    record = past.propose().start().record()
    item = kpi(PRIMARY, 0.0, 0.02, 120, detectable=math.nan)
    assert advice.needed(record, TERMS, item, 0.01) == pytest.approx(2 * HOUR)
    assert advice.needed(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 120, detectable=math.inf), 0.01) == pytest.approx(
        2 * HOUR
    )


@pytest.mark.parametrize("worth", [0.0, -1.0, math.nan, math.inf])
def test_there_is_no_length_for_what_is_no_effect(past: Past, worth: float) -> None:
    record = past.propose().start().record()
    item = kpi(PRIMARY, 0.0, 0.02, 240)
    assert math.isnan(advice.needed(record, TERMS, item, worth))
    assert advice.noise(record, TERMS, item, worth).startswith("Run it longer")


def test_noise_asks_for_a_longer_canary_another_try_or_a_larger_step(past: Past) -> None:
    record = past.propose().start().record()
    longer = advice.noise(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 240, detectable=0.02), 0.0142)
    assert longer.startswith("A canary of about 2 h would have told 1.42 pp (canary.duration; it was 60 min)")
    again = advice.noise(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 240, detectable=0.01), 0.02)
    assert '`vvtvctl autopilot run-once --set temperature=0.75 --reason "..."`' in again
    nearly = advice.noise(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 240, detectable=0.0201), 0.02)
    assert nearly.startswith("Try it again")
    hopeless = advice.noise(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 240, detectable=1e200), 1e-200)
    assert hopeless.startswith("Run it longer")
    larger = advice.noise(record, TERMS, kpi(PRIMARY, 0.0, 0.02, 240, detectable=0.04), 0.001)
    assert larger.startswith("Try a larger step: a canary would take about 67 d to tell 0.1 pp")


def test_no_effect_says_how_large_the_step_would_have_to_be_when_that_is_thinkable(past: Past) -> None:
    record = past.propose().start().record()
    thinkable = advice.no_effect(record, TERMS, kpi(PRIMARY, 0.005, 0.01, 240), 0.02)
    assert "temperature would have to move by about 0.6 instead of 0.15 to bring 2 pp" in thinkable
    unthinkable = advice.no_effect(record, TERMS, kpi(PRIMARY, 0.0001, 0.01, 240), 0.02)
    assert "a longer canary would only show the same more precisely" in unthinkable
    assert "or the other direction" in advice.no_effect(record, TERMS, kpi(PRIMARY, -0.005, 0.01, 240), 0.02)


def test_an_incident_is_named_with_how_far_the_canary_got(past: Past) -> None:
    past.propose().start().look(5, kpi(PRIMARY, 0.0, 0.02, 20)).pause(6, alert="LlmDegraded").at(250)
    found = analyse(past.end("inconclusive", "held for too long").record(), TERMS)
    assert found is not None
    assert found.next.startswith("Solve LlmDegraded first")
    assert found.next.endswith("20 of 240 points had come in")


def test_a_refusal_is_told_with_the_length_that_would_do_when_its_reason_has_one(past: Past) -> None:
    reason = "a canary of 3600 s detects an effect of 0.03 on x, but at most 0.02 is expected; about 7100 s would do"
    assert advice.refused(past.propose().close("refused", reason).record()).startswith("A canary of about 2 h would do")
    assert advice.refused(past.propose().close("refused", "no").record()).startswith("Try a larger step")


def test_the_golden_cases_are_counted(past: Past) -> None:
    one = past.propose().validate("case 1").record()
    two = past.propose().validate("case 1", "case 2").record()
    assert "the case that failed: either temperature 0.6 -> 0.75 is wrong" in advice.validation(one)
    assert "the 2 cases that failed" in advice.validation(two)


def test_several_moves_at_once_share_no_harm(past: Past) -> None:
    moved = past.propose().start().record()
    two = ev.Moved(parameter="top_k", old=12, new=14)
    both = advice.harm(
        type(moved)(**{**moved.__dict__, "changes": (*moved.changes, two)}), TERMS, kpi(PRIMARY, -0.1, 0.1, 9)
    )
    assert both == "Keep temperature at 0.6, top_k at 12"


def test_a_choice_has_no_half_and_no_larger_step(past: Past) -> None:
    record = past.propose("calm", "very bold", parameter="mode").start().record()
    assert advice.harm(record, TERMS, kpi(PRIMARY, -0.05, 0.01, 240)) == "Keep mode at calm"
    assert advice.no_effect(record, TERMS, kpi(PRIMARY, 0.005, 0.01, 240), 0.02).startswith("Try another parameter: a")
    assert advice.again(record) == "`vvtvctl autopilot run-once --set 'mode=very bold' --reason \"...\"`"
    assert moves(record.changes) == "mode calm -> very bold"
