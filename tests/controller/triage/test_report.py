"""What triage finds in a past: failures by category, patterns, suggestions, and what became of earlier ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from controller.casebook.record import LAPSE
from controller.journal import event as ev
from controller.journal.fold import fold
from controller.journal.state import State
from controller.triage.analyse import triage
from controller.triage.choose import adjustments
from controller.triage.document import document
from controller.triage.follow import AGAIN, EARLY, NOT_AGAIN, remembered
from controller.triage.kinds import KINDS, Category
from controller.triage.page import page
from controller.triage.report import Report
from controller.triage.suggest import BY_KIND
from controller.triage.suggestion import Suggestion
from tests.controller.casebook.past import PRIMARY, RAIL
from tests.controller.triage.pasts import CONFIG, DAY, Quick, config, harmful, report
from tests.controller.triage.test_safe import HOSTILE


def of(past: Quick, **settings: Any) -> Report:
    return report(past.journal.read(), config(**settings), window=60 * DAY)


def kinds(found: Report) -> list[str]:
    return [failure.kind.name for failure in found.failures]


def only(found: Report) -> Suggestion:
    (finding,) = found.findings
    return finding.suggestions[0]


def test_every_kind_of_failure_has_suggestions() -> None:
    assert set(BY_KIND) == set(KINDS)


def test_two_of_a_kind_are_no_pattern_and_three_are() -> None:
    past = Quick()
    harmful(past, 2)
    assert of(past).findings == ()
    harmful(past, 1)
    (finding,) = of(past).findings
    assert (finding.pattern.count, finding.pattern.of, finding.pattern.cycles) == (3, 3, (1, 2, 3))
    assert of(past, least=4).findings == ()


def test_certainty_is_never_claimed_in_words_and_the_number_is_kept_for_programs() -> None:
    past = Quick()
    harmful(past, 12, fine=2)
    found = of(past)
    (suggested,) = [one["suggestions"][0] for one in document(found)["patterns"]]
    assert suggested["confidence"] == only(found).confidence > 0.999
    text = page(found)
    assert "- Confidence: >0.99 that more than" in text
    assert "1.00" not in text
    (request,) = adjustments(found, CONFIG, State(), "2026-11-21")
    assert request.reason.endswith("confidence >0.99")


def test_harm_narrows_the_bounds_between_what_was_fine_and_what_was_not() -> None:
    past = Quick()
    harmful(past, 5, fine=2)
    found = only(of(past))
    assert found.bounds is not None
    assert (found.bounds.new.low, found.bounds.new.high) == (0.1, 0.8)
    assert found.confidence == pytest.approx(1 - 1 / 32)
    assert "5 of these 7 canaries would not have been tried, 5 of them harmful and 0 not" in found.effect
    assert "cycles 3, 4, 5, 6, 7" in found.rationale


def test_cuts_are_bounded_from_below_and_whole_numbers_stay_whole() -> None:
    past = Quick()
    for _ in range(3):
        past.propose(12, 7, parameter="top_k").harmed()
    found = only(of(past))
    assert found.bounds is not None
    assert (found.bounds.new.low, found.bounds.new.high) == (10.0, 40.0)


def test_bounds_that_exclude_the_harm_already_are_left_alone() -> None:
    past = Quick()
    harmful(past, 3)
    first = only(of(past))
    assert first.bounds is not None
    past.add(
        ev.BoundsAdjusted(
            parameter="temperature", adjustment="adjusted", low=0.1, high=0.75, old_low=0.1, old_high=2.0, reason="so"
        )
    )
    found = only(of(past))
    assert found.bounds is None
    assert "exclude the harmful values already" in found.text


def test_of_several_moves_at_once_nobody_knows_which_did_the_harm() -> None:
    past = Quick()
    both = (
        ev.Moved(parameter="temperature", old=0.6, new=0.9),
        ev.Moved(parameter="top_k", old=12, new=15),
    )
    for _ in range(3):
        past.propose()
        past.add(ev.Proposed(cycle=past.cycle, changes=both, predicted=(), rationale="both"))
        past.harmed()
    found = of(past)
    assert [finding.pattern.signature.subject for finding in found.findings] == ["raise temperature", "raise top_k"]
    assert all(one.bounds is None and "moved it alone" in one.text for f in found.findings for one in f.suggestions)


def test_cycles_end_in_their_categories() -> None:
    past = Quick()
    past.propose().validate("case-a: wrong").close("refused", "golden cases failed: case-a: wrong")
    past.propose().start().pause(5, alert="Down").resume(9, alert="Down")
    past.close("aborted", "aborted by ann: no", request=past.add(ev.CanaryAborted(canary="x", reason="no"), "ann"))
    past.cycle += 1
    past.add(ev.CycleStarted(cycle=past.cycle, trigger="schedule"))
    past.close("failed", "validating lasted 2000 s, schedule.timeouts.validating allows 1800 s")
    past.add(ev.DriftDetected(cause="plant", action="watch", reason="shift", value=3, threshold=2, kpi=PRIMARY))
    past.add(ev.EmergencyPauseRequested(reason="fire"), "ann")
    past.add(ev.RolledBack(version="v", values={"temperature": 0.5, "top_k": 12}, reason="bad", by="ann"))
    past.add(ev.JobDone(job="upkeep", trigger="schedule", ok=False, text="disk full"))
    past.add(ev.JobDone(job="upkeep", trigger="schedule", ok=False, text="late", details={"skipped": True}))
    past.add(ev.ControllerStarted(pid=8, host="here"))
    found = of(past)
    assert sorted(kinds(found)) == sorted(
        ["golden", "incident", "stopped", "failed", "drift", "emergency", "undone", "job", "crash"]
    )
    assert found.by_category[Category.STABILITY] == 5
    undone = next(failure for failure in found.failures if failure.kind.name == "undone")
    assert (undone.subjects, undone.around.by) == (("raise temperature",), "ann")


def test_what_was_going_on_stands_beside_each_failure() -> None:
    past = Quick()
    past.add(ev.AlertFiring(fingerprint="f", alert="Slow", labels={}, summary="", starts_at=""), "alertmanager")
    past.propose(forced=True).harmed()
    past.add(ev.Validated(cycle=past.cycle, passed=True, cases=0, seconds=0, failures=(), bypassed="by ann: now"))
    (failure,) = of(past).failures
    around = failure.around
    assert (around.cycle, around.alerts, around.by, around.bypassed) == (
        1,
        ("Slow",),
        "ann (forced values)",
        "by ann: now",
    )
    assert [(arm.kpi, arm.comparison) for arm in around.arms] == [(PRIMARY, 0.57), (RAIL, 0.57)]
    assert (failure.hour, failure.weekday) == (14, "mon")


def test_a_lapse_is_told_though_the_canary_ended_well() -> None:
    past = Quick()
    for _ in range(3):
        past.propose().start()
        past.add(ev.CanaryLapsed(cycle=past.cycle, expired_at=past.now + 5))
        past.at(30)
        past.add(ev.CanaryResumed(cycle=past.cycle, reason="back", expires_at=past.now + 900))
        past.end("proceed", "good")
    found = of(past)
    assert kinds(found) == [LAPSE] * 3
    assert only(found).action == "operations"
    tight = CONFIG.canary.model_copy(update={"lease": 90.0})
    known = config().model_copy(update={"canary": tight})
    assert (
        "Raise canary.lease from 1 min 30 s to 3 min" in only(report(past.journal.read(), known, window=60 * DAY)).text
    )


def test_misses_of_predictions_are_told_with_how_far_off_they_were() -> None:
    past = Quick()
    impact = ev.Impact(
        kpi=PRIMARY,
        predicted=0.1,
        measured=0.02,
        standard_error=0.01,
        error_ratio=4.0,
        before=0.5,
        after=0.5,
        low=0.05,
        high=0.15,
        held=False,
    )
    for _ in range(3):
        past.propose().start()
        past.add(ev.Measured(cycle=past.cycle, impacts=(impact,)))
        past.end("proceed", "good")
    found = of(past)
    assert kinds(found) == ["miss"] * 3
    assert "0.2 times what was predicted (median of 3 canaries)" in only(found).text


def reported(past: Quick, fingerprint: str) -> None:
    past.add(
        ev.JobDone(
            job="triage", trigger="schedule", ok=True, text="t", details={f"pattern:{fingerprint}": remembered(3, 3)}
        )
    )


def test_reported_patterns_are_followed() -> None:
    past = Quick()
    harmful(past, 3)
    fingerprint = of(past).patterns[0].fingerprint
    reported(past, fingerprint)
    (early,) = of(past).followed
    assert (early.verdict, early.before, early.before_of, early.after) == (EARLY, 3, 3, 0)
    for _ in range(9):
        past.propose(12, 15, parameter="top_k").promoted()
    gone = report(past.journal.read(), window=7 * DAY).followed[0]
    assert (gone.verdict, gone.after, gone.after_of) == (NOT_AGAIN, 0, 0)
    harmful(past, 1)
    (back,) = of(past).followed
    assert (back.verdict, back.after, back.after_of, back.reports) == (AGAIN, 1, 1, 1)
    past.add(
        ev.BoundsAdjusted(
            parameter="temperature",
            adjustment="adjusted",
            low=0.1,
            high=0.75,
            old_low=0.1,
            old_high=2.0,
            reason=f"wanted by triage: triage of 2026-10-01: pattern {fingerprint}, it did harm: 4 of 4 canaries, so",
        )
    )
    past.now += 3600.0
    harmful(past, 0)
    (adjusted,) = of(past).followed
    assert adjusted.applied[0][1] == "temperature 0.1 to 2 became 0.1 to 0.75"
    assert adjusted.after == 0
    assert "temperature 0.1 to 2 became 0.1 to 0.75" in page(of(past))


def test_hostile_words_stay_words() -> None:
    past = Quick()
    for _ in range(3):
        past.add(ev.AlertFiring(fingerprint="f", alert=HOSTILE, labels={}, summary=HOSTILE, starts_at=""), "al|ice")
        past.propose().close("held", f"{HOSTILE} fires")
        past.add(ev.AlertResolved(fingerprint="f", alert=HOSTILE, source="webhook"), "alertmanager")
    found = of(past)
    shown = page(found)
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert rows
    assert "<script" not in shown.replace("\\<script", "")
    assert "@ann" not in shown
    assert "\u202e" not in shown
    columns = {line.replace("\\|", "").count("|") for line in rows}
    assert columns <= {4, 7, 8, 9}
    assert json.loads(json.dumps(document(found)))["failures"][0]["subjects"] == [HOSTILE]


def test_an_empty_journal_is_a_short_report() -> None:
    past = Quick()
    shown = page(of(past))
    for words in (
        "0 failures, 0 cycles, 0 patterns, 0 suggestions",
        "Nothing: nothing failed often enough",
        "There were none.",
    ):
        assert words in shown


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_state_that_was_folded_before_saves_work_and_changes_nothing(share: float) -> None:
    past = Quick()
    harmful(past, 3)
    past.add(
        ev.BoundsAdjusted(
            parameter="temperature", adjustment="adjusted", low=0.1, high=0.75, old_low=0.1, old_high=2.0, reason="so"
        )
    )
    found = past.journal.read()
    now, kept = found[-1].at + 3600.0, fold(State(), found[: round(share * len(found))])
    assert triage(CONFIG, found, now, state=kept) == triage(CONFIG, found, now)
    assert triage(CONFIG, found[:-1], now, state=fold(State(), found)) == triage(CONFIG, found[:-1], now)
